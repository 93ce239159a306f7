import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { switchSignOn } from '@/server/services/set-up-sign-on';

/** Switches single sign-on on, once a test of it went well. 204. */
export const PUT = withRoute({ permission: 'manage-sign-on' }, async ({ scope }) => {
  await switchSignOn(webDatabase(), scope, true);
  return new Response(null, { status: 204 });
});

/** Switches it off; what sessions it opened end. 204. */
export const DELETE = withRoute({ permission: 'manage-sign-on' }, async ({ scope }) => {
  await switchSignOn(webDatabase(), scope, false);
  return new Response(null, { status: 204 });
});
