import { clientAddress } from '@/server/auth/client-address';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changeAuthenticator, authenticatorForm } from '@/server/services/change-account';

/** Sets up another authenticator for oneself; the other sessions end. 204. */
export const PUT = withRoute(
  { permission: 'signed-in', mayOwe: true, body: authenticatorForm },
  async ({ session, request, body }) => {
    const address = clientAddress(request.headers.get('x-forwarded-for'));
    await changeAuthenticator(webDatabase(), { ...session, address }, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
