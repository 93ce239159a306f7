import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { pullNow } from '@/server/services/change-pull';

/** Has a connector pull at once. 202: the worker begins within seconds. */
export const POST = withRoute(
  { permission: 'manage-channels', params: z.object({ channelId: z.uuid() }) },
  async ({ scope, params: { channelId } }) => {
    await pullNow(webDatabase(), scope, channelId, Date.now());
    return new Response(null, { status: 202 });
  },
);
