import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { rotateAgentKey } from '@/server/services/rotate-agent-key';

/** Makes a token with which an agent's machine changes its key, once. 201 with `{token, enrolmentId, expiresAt, ingestUrl}`. */
export const POST = withRoute(
  { permission: 'mint-enrolment-token', params: z.object({ agentId: z.uuid() }) },
  async ({ scope, params: { agentId } }) => {
    const minted = await rotateAgentKey(webDatabase(), scope, agentId, Date.now());
    return Response.json({ ...minted, ingestUrl: config().ingestOrigin }, { status: 201 });
  },
);
