import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changeMsp, mspForm } from '@/server/services/first-steps';

/** Gives the MSP another name and time zone. 204. */
export const PUT = withRoute({ permission: 'set-up-msp', body: mspForm }, async ({ scope, body }) => {
  await changeMsp(webDatabase(), scope, body);
  return new Response(null, { status: 204 });
});
