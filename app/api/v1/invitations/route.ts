import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { invitationForm, invitePerson } from '@/server/services/invite-person';

/** Invites somebody; the mail goes out by itself. 204. */
export const POST = withRoute(
  { permission: 'manage-people', body: invitationForm },
  async ({ scope, body }) => {
    await invitePerson(webDatabase(), scope, body, config(), Date.now());
    return new Response(null, { status: 204 });
  },
);
