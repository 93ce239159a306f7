import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { setTemplate } from '@/server/services/keep-templates';

const route = {
  permission: 'change-report-templates',
  params: z.object({ templateId: z.uuid() }),
} as const;

/** Archives a template: nobody can choose it any more, and schedules that have it go on with it. 204. */
export const PUT = withRoute(route, async ({ scope, session, params }) => {
  await setTemplate(webDatabase(), scope, session, params.templateId, true, Date.now());
  return new Response(null, { status: 204 });
});

/** Brings it back. 204; 409 where its name was taken meanwhile. */
export const DELETE = withRoute(route, async ({ scope, session, params }) => {
  await setTemplate(webDatabase(), scope, session, params.templateId, false, Date.now());
  return new Response(null, { status: 204 });
});
