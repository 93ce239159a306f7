import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { extendGrant, grantEndForm, revokeGrant } from '@/server/services/grant-evidence';

const params = z.object({ grantId: z.uuid() });

/** Lets a grant end at another instant. 204. */
export const PUT = withRoute(
  { permission: 'manage-evidence', params, body: grantEndForm },
  async ({ scope, params: { grantId }, body }) => {
    await extendGrant(webDatabase(), scope, grantId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Ends a grant at once. 204. */
export const DELETE = withRoute(
  { permission: 'manage-evidence', params },
  async ({ scope, params: { grantId } }) => {
    await revokeGrant(webDatabase(), scope, grantId, Date.now());
    return new Response(null, { status: 204 });
  },
);
