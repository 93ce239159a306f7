import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changeTemplate, templateChangeForm } from '@/server/services/keep-templates';

/** Changes a template; documents that were made, or wait to be, keep theirs. 200 with `{version}`; 409 where somebody changed it meanwhile. */
export const PUT = withRoute(
  {
    permission: 'change-report-templates',
    params: z.object({ templateId: z.uuid() }),
    body: templateChangeForm,
  },
  async ({ scope, session, params, body }) => {
    const version = await changeTemplate(webDatabase(), scope, session, params.templateId, body, Date.now());
    return Response.json({ version });
  },
);
