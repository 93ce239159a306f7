import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { sendTest } from '@/server/services/change-notifications';

/** Has a test sent, once. 201 `{notificationId}`: ask for that until it is over. */
export const POST = withRoute(
  { permission: 'manage-notifications', params: z.object({ channelId: z.uuid() }) },
  async ({ scope, session, params: { channelId } }) => {
    const notificationId = await sendTest(webDatabase(), scope, session, channelId, Date.now());
    return Response.json({ notificationId }, { status: 201 });
  },
);
