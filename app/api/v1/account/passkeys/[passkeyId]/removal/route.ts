import { z } from 'zod';
import { clientAddress } from '@/server/auth/client-address';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { passkeyPasswordForm, removePasskey, restorePasskey } from '@/server/services/manage-passkeys';

const params = z.object({ passkeyId: z.uuid() });

/** Removes one of one's own passkeys; the other sessions end. 204. */
export const PUT = withRoute(
  { permission: 'signed-in', params, body: passkeyPasswordForm },
  async ({ session, request, params: { passkeyId }, body }) => {
    const address = clientAddress(request.headers.get('x-forwarded-for'));
    await removePasskey(webDatabase(), { ...session, address }, passkeyId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Takes that back, for ten minutes and in the same session. 204. */
export const DELETE = withRoute(
  { permission: 'signed-in', params },
  async ({ session, params: { passkeyId } }) => {
    await restorePasskey(webDatabase(), { ...session, address: null }, passkeyId, Date.now());
    return new Response(null, { status: 204 });
  },
);
