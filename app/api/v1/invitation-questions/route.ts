import { withPublicRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { invitationQuestion, readInvitation } from '@/server/services/accept-invitation';

/** Who is invited where by a link, which stays good. A POST, so that the link's token stands in no log. */
export const POST = withPublicRoute({ body: invitationQuestion }, async ({ body }) =>
  Response.json(await readInvitation(webDatabase(), body.token)),
);
