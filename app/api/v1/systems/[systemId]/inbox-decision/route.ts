import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { decideSystem, systemDecisionForm, undoSystemDecision } from '@/server/services/sort-inbox';

const params = z.object({ systemId: z.uuid() });

/** Confirms or ignores a system that reports named. 204. */
export const PUT = withRoute(
  { permission: 'sort-inbox', params, body: systemDecisionForm },
  async ({ scope, session, params: { systemId }, body }) => {
    await decideSystem(webDatabase(), scope, session, systemId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Takes the decision back. 204, also where there was none. */
export const DELETE = withRoute(
  { permission: 'sort-inbox', params },
  async ({ scope, session, params: { systemId } }) => {
    await undoSystemDecision(webDatabase(), scope, session, systemId, Date.now());
    return new Response(null, { status: 204 });
  },
);
