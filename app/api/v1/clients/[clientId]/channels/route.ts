import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { channelForm, openChannel } from '@/server/services/open-channel';

/** Opens a way by which a client's backups tell of themselves: pings, mails or webhooks. 201 with `{channelId, address}`. */
export const POST = withRoute(
  { permission: 'manage-channels', params: z.object({ clientId: z.uuid() }), body: channelForm },
  async ({ scope, session, params, body }) => {
    const made = await openChannel(webDatabase(), scope, session.name, params.clientId, body, new Date());
    return Response.json(made, { status: 201 });
  },
);
