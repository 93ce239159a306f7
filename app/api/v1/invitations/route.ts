import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { invitationForm, invitePerson } from '@/server/services/invite-person';

/** Invites somebody by mail. 201 with `{isSent}`. */
export const POST = withRoute(
  { permission: 'manage-people', body: invitationForm },
  async ({ scope, body }) =>
    Response.json(await invitePerson(webDatabase(), scope, body, config(), Date.now()), { status: 201 }),
);
