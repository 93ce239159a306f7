import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { revokeOwnSession } from '@/server/data/identity-sessions';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

/** Ends one of one's own sessions at its next request. 204. */
export const DELETE = withRoute(
  { permission: 'signed-in', params: z.object({ sessionId: z.uuid() }) },
  async ({ session, params }) => {
    const isRevoked = await revokeOwnSession(webDatabase(), session.sessionId, params.sessionId);
    if (!isRevoked) throw nothingHere();
    return new Response(null, { status: 204 });
  },
);
