import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { revokeManagementKey } from '@/server/services/make-management-key';

/** Ends a key at once. 204. */
export const DELETE = withRoute(
  { permission: 'manage-channels', params: z.object({ managementKeyId: z.uuid() }) },
  async ({ scope, params }) => {
    await revokeManagementKey(webDatabase(), scope, params.managementKeyId);
    return new Response(null, { status: 204 });
  },
);
