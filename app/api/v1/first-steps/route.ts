import { withRoute } from '@/server/auth/with-route';
import { findFirstSteps } from '@/server/data/first-steps';
import { webDatabase } from '@/server/data/web-database';
import { leaveOut, omissionForm, takeUp } from '@/server/services/first-steps';

/** How far the MSP is with its first steps. */
export const GET = withRoute({ permission: 'set-up-msp' }, async ({ scope }) =>
  Response.json(await webDatabase().inScope(scope, (tx) => findFirstSteps(tx, scope.mspId))),
);

/** Leaves a step out, or takes it up again. 204. */
export const PUT = withRoute(
  { permission: 'set-up-msp', body: omissionForm },
  async ({ scope, session, body: { step, isLeftOut } }) => {
    if (isLeftOut) await leaveOut(webDatabase(), scope, session, step, Date.now());
    else await takeUp(webDatabase(), scope, session, step);
    return new Response(null, { status: 204 });
  },
);
