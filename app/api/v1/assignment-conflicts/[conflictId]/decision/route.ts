import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { conflictDecision, decideConflict, reopenConflict } from '@/server/services/decide-conflict';

const params = z.object({ conflictId: z.uuid() });

/** Says what holds where rules contradict each other; `policyId` null: what the system inherits. 204. */
export const PUT = withRoute(
  { permission: 'change-policy', params, body: conflictDecision },
  async ({ scope, session, params: { conflictId }, body: { policyId } }) => {
    await decideConflict(webDatabase(), scope, session, { conflictId, policyId }, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Takes that back: the conflict is open again. 204. */
export const DELETE = withRoute(
  { permission: 'change-policy', params },
  async ({ scope, session, params: { conflictId } }) => {
    await reopenConflict(webDatabase(), scope, session, conflictId, Date.now());
    return new Response(null, { status: 204 });
  },
);
