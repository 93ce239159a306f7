import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { decideRisk, riskDecisionForm } from '@/server/services/decide-risk';

/** Signs or declines what was accepted in the client's name. 204. */
export const POST = withRoute(
  { permission: 'decide-risks', params: z.object({ clientId: z.uuid() }), body: riskDecisionForm },
  async ({ scope, session, params, body }) => {
    await decideRisk(webDatabase(), scope, session, params.clientId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
