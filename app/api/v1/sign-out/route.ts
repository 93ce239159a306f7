import { leave } from '@/server/auth/leave';
import { withRoute } from '@/server/auth/with-route';
import { revokeSession } from '@/server/data/identity-sessions';
import { webDatabase } from '@/server/data/web-database';

/** Ends this session. A plain form may post here: it is led back to the sign-in page. */
export const POST = withRoute({ permission: 'signed-in', mayOwe: true }, async ({ session, request }) => {
  await revokeSession(webDatabase(), session.sessionId);
  return leave(request);
});
