import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { revokePersonalKey } from '@/server/services/manage-personal-keys';

/** Ends a key at once. 204. */
export const DELETE = withRoute(
  { permission: 'view-fleet', params: z.object({ personalKeyId: z.uuid() }) },
  async ({ scope, params }) => {
    await revokePersonalKey(webDatabase(), scope, params.personalKeyId);
    return new Response(null, { status: 204 });
  },
);
