import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { listNotifications } from '@/server/data/notifications';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

/** What became of a notification so far. */
export const GET = withRoute(
  { permission: 'manage-notifications', params: z.object({ notificationId: z.uuid() }) },
  async ({ scope, params: { notificationId } }) => {
    const [found] = await webDatabase().inScope(scope, (tx) =>
      listNotifications(tx, scope.mspId, { limit: 1, notificationId }),
    );
    if (!found) throw nothingHere();
    return Response.json(found);
  },
);
