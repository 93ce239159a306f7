import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { makeTemplate, templateForm } from '@/server/services/keep-templates';

/** Keeps a template for executive reports. 201 with `{templateId}`; 409 for a name that is taken. */
export const POST = withRoute(
  { permission: 'change-report-templates', body: templateForm },
  async ({ scope, session, body }) => {
    const templateId = await makeTemplate(webDatabase(), scope, session, body, Date.now());
    return Response.json({ templateId }, { status: 201 });
  },
);
