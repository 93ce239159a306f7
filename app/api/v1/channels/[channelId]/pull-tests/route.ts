import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { testConnector } from '@/server/services/try-pull';

/** Asks the server of a connector whether it still lets Holdfast in. 200 with what it reached, or why it did not. */
export const POST = withRoute(
  { permission: 'manage-channels', params: z.object({ channelId: z.uuid() }) },
  async ({ scope, params: { channelId } }) =>
    Response.json(await testConnector(webDatabase(), scope, channelId, Date.now())),
);
