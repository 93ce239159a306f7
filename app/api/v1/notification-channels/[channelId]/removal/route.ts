import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { setChannelThere } from '@/server/services/change-notifications';

const route = { permission: 'manage-notifications', params: z.object({ channelId: z.uuid() }) } as const;

/** Removes a channel that no rule sends to. 204. */
export const PUT = withRoute(route, async ({ scope, session, params: { channelId } }) => {
  await setChannelThere(webDatabase(), scope, session, { channelId, isThere: false }, Date.now());
  return new Response(null, { status: 204 });
});

/** Brings a removed channel back. 204. */
export const DELETE = withRoute(route, async ({ scope, session, params: { channelId } }) => {
  await setChannelThere(webDatabase(), scope, session, { channelId, isThere: true }, Date.now());
  return new Response(null, { status: 204 });
});
