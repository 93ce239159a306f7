import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { revokeAgent } from '@/server/services/revoke-agent';

/** Revokes an agent for good: its reports are refused from now on. 204. */
export const PUT = withRoute(
  { permission: 'revoke-agent', params: z.object({ agentId: z.uuid() }) },
  async ({ scope, params }) => {
    await revokeAgent(webDatabase(), scope, params.agentId);
    return new Response(null, { status: 204 });
  },
);
