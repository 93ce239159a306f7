import { leave } from '@/server/auth/leave';
import { withRoute } from '@/server/auth/with-route';
import { revokeAllSessions } from '@/server/data/identity-sessions';
import { webDatabase } from '@/server/data/web-database';

/** Ends every session of the person who asks, this one too. */
export const POST = withRoute({ permission: 'signed-in' }, async ({ session, request }) => {
  await revokeAllSessions(webDatabase(), session.sessionId);
  return leave(request);
});
