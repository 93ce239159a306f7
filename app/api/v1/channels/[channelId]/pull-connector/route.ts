import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changePull, pullChange } from '@/server/services/change-pull';

/** Says anew where a connector asks and how often, pauses it or has it go on; what is left out stays. 204. */
export const PATCH = withRoute(
  { permission: 'manage-channels', params: z.object({ channelId: z.uuid() }), body: pullChange },
  async ({ scope, params: { channelId }, body }) => {
    await changePull(webDatabase(), scope, channelId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
