import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { addChannel, channelForm } from '@/server/services/change-notifications';

/** Adds a channel. 201 `{channelId, signingSecret}`; the secret of a webhook is told this once. */
export const POST = withRoute(
  { permission: 'manage-notifications', body: channelForm },
  async ({ scope, session, body }) => {
    const made = await addChannel(webDatabase(), scope, session, body, Date.now());
    return Response.json(made, { status: 201 });
  },
);
