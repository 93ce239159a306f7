import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { setCheckPaused } from '@/server/services/change-channel';

const params = z.object({ channelId: z.uuid() });

/** Holds the check of a channel still: it is not expected. 204. */
export const PUT = withRoute(
  { permission: 'manage-channels', params },
  async ({ scope, params: { channelId } }) => {
    await setCheckPaused(webDatabase(), scope, channelId, true, new Date());
    return new Response(null, { status: 204 });
  },
);

/** Lets it go on. 204. */
export const DELETE = withRoute(
  { permission: 'manage-channels', params },
  async ({ scope, params: { channelId } }) => {
    await setCheckPaused(webDatabase(), scope, channelId, false, new Date());
    return new Response(null, { status: 204 });
  },
);
