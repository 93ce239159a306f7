import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { endEnforcement, enforcementForm, enforceSignOn } from '@/server/services/enforce-sign-in';

/** Lets the MSP's own people in through single sign-on only, but for one owner. 204. */
export const PUT = withRoute(
  { permission: 'enforce-sign-in', body: enforcementForm },
  async ({ scope, body }) => {
    await enforceSignOn(webDatabase(), scope, body);
    return new Response(null, { status: 204 });
  },
);

/** Lets passwords in again. 204. */
export const DELETE = withRoute({ permission: 'enforce-sign-in' }, async ({ scope }) => {
  await endEnforcement(webDatabase(), scope);
  return new Response(null, { status: 204 });
});
