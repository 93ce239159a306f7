import { clientAddress } from '@/server/auth/client-address';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { askForPasskey, passkeyPasswordForm } from '@/server/services/manage-passkeys';

/** Begins to add a passkey to one's own account: what to ask the authenticators. */
export const POST = withRoute(
  { permission: 'signed-in', mayOwe: true, body: passkeyPasswordForm },
  async ({ session, request, body }) => {
    const address = clientAddress(request.headers.get('x-forwarded-for'));
    return Response.json(
      await askForPasskey(webDatabase(), { ...session, address }, body, config().appOrigin),
    );
  },
);
