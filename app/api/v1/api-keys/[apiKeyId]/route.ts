import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { revokeApiKey } from '@/server/services/manage-api-keys';

/** Ends a key at once. 204. */
export const DELETE = withRoute(
  { permission: 'manage-evidence', params: z.object({ apiKeyId: z.uuid() }) },
  async ({ scope, params }) => {
    await revokeApiKey(webDatabase(), scope, params.apiKeyId);
    return new Response(null, { status: 204 });
  },
);
