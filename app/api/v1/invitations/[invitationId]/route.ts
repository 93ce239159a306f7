import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { renewInvitation, revokeInvitation } from '@/server/services/invite-person';

const params = z.object({ invitationId: z.uuid() });

/** Mails a new link in place of the old one. 200 with `{isSent}`. */
export const PUT = withRoute({ permission: 'manage-people', params }, async ({ scope, params: asked }) =>
  Response.json(await renewInvitation(webDatabase(), scope, asked.invitationId, config(), Date.now())),
);

/** Takes an invitation back. 204. */
export const DELETE = withRoute({ permission: 'manage-people', params }, async ({ scope, params: asked }) => {
  await revokeInvitation(webDatabase(), scope, asked.invitationId);
  return new Response(null, { status: 204 });
});
