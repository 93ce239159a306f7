import { clientAddress } from '@/server/auth/client-address';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changePassword, passwordForm } from '@/server/services/change-account';

/** Changes one's own password; the other sessions end. 204. */
export const PUT = withRoute(
  { permission: 'signed-in', body: passwordForm },
  async ({ session, request, body }) => {
    const address = clientAddress(request.headers.get('x-forwarded-for'));
    await changePassword(webDatabase(), { ...session, address }, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
