import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import {
  conflictDecision,
  conflictsToReopen,
  decideConflicts,
  reopenConflicts,
} from '@/server/services/decide-conflicts';

/** Says what holds where rules contradict each other; `policyId` null: what the systems have or inherit. All of them or none. 204. */
export const PUT = withRoute(
  { permission: 'change-policy', body: conflictDecision },
  async ({ scope, session, body }) => {
    await decideConflicts(webDatabase(), scope, session, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Takes that back: the conflicts are open again. All of them or none. 204. */
export const DELETE = withRoute(
  { permission: 'change-policy', body: conflictsToReopen },
  async ({ scope, session, body: { conflictIds } }) => {
    await reopenConflicts(webDatabase(), scope, session, conflictIds, Date.now());
    return new Response(null, { status: 204 });
  },
);
