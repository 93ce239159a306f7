import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { givePingKey } from '@/server/services/open-channel';

/** The key in a client's ping URLs with slugs, made the first time it is asked for. 200 with `{pingKey}`. */
export const POST = withRoute(
  { permission: 'manage-channels', params: z.object({ clientId: z.uuid() }) },
  async ({ scope, params }) => {
    const pingKey = await givePingKey(webDatabase(), scope, params.clientId, new Date());
    return Response.json({ pingKey });
  },
);
