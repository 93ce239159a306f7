import { withRoute } from '@/server/auth/with-route';
import { revokeOtherSessions } from '@/server/data/identity-sessions';
import { webDatabase } from '@/server/data/web-database';

/** Ends every other session of the person who asks. 200 with `{count}`. */
export const DELETE = withRoute({ permission: 'signed-in' }, async ({ session }) =>
  Response.json({ count: await revokeOtherSessions(webDatabase(), session.sessionId) }),
);
