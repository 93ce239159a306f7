import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { passkeyNameForm, renamePasskey } from '@/server/services/manage-passkeys';

/** Renames one of one's own passkeys. 204. */
export const PATCH = withRoute(
  {
    permission: 'signed-in',
    mayOwe: true,
    params: z.object({ passkeyId: z.uuid() }),
    body: passkeyNameForm,
  },
  async ({ session, params, body }) => {
    await renamePasskey(webDatabase(), { ...session, address: null }, params.passkeyId, body);
    return new Response(null, { status: 204 });
  },
);
