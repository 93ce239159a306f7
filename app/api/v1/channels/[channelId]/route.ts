import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changeChannel, channelChange } from '@/server/services/change-channel';
import { closeChannel } from '@/server/services/open-channel';

const params = z.object({ channelId: z.uuid() });

/** Says anew what a channel tells of; what is left out stays. 204. */
export const PATCH = withRoute(
  { permission: 'manage-channels', params, body: channelChange },
  async ({ scope, params: { channelId }, body }) => {
    await changeChannel(webDatabase(), scope, channelId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Closes a channel for good: what comes to its address is refused from now on. 204. */
export const DELETE = withRoute(
  { permission: 'manage-channels', params },
  async ({ scope, params: { channelId } }) => {
    await closeChannel(webDatabase(), scope, channelId);
    return new Response(null, { status: 204 });
  },
);
