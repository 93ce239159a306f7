import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { wantReport } from '@/server/services/want-report';

/** Has whoever is signed in get the monthly report. 204. */
export const PUT = withRoute({ permission: 'view-portal' }, async ({ scope }) => {
  await wantReport(webDatabase(), scope, true);
  return new Response(null, { status: 204 });
});

/** Has them get it no more. 204. */
export const DELETE = withRoute({ permission: 'view-portal' }, async ({ scope }) => {
  await wantReport(webDatabase(), scope, false);
  return new Response(null, { status: 204 });
});
