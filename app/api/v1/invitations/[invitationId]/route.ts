import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { renewInvitation, revokeInvitation } from '@/server/services/invite-person';

const params = z.object({ invitationId: z.uuid() });

/** Makes a new link in place of the old one; its mail goes out by itself. 204. */
export const PUT = withRoute({ permission: 'manage-people', params }, async ({ scope, params: asked }) => {
  await renewInvitation(webDatabase(), scope, asked.invitationId, config(), Date.now());
  return new Response(null, { status: 204 });
});

/** Takes an invitation back. 204. */
export const DELETE = withRoute({ permission: 'manage-people', params }, async ({ scope, params: asked }) => {
  await revokeInvitation(webDatabase(), scope, asked.invitationId, Date.now());
  return new Response(null, { status: 204 });
});
