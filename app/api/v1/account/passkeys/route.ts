import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { addPasskey, newPasskeyForm } from '@/server/services/manage-passkeys';

/** Keeps the passkey that was asked for: 201 with `{passkeyId, name}`. */
export const POST = withRoute(
  { permission: 'signed-in', mayOwe: true, body: newPasskeyForm },
  async ({ session, body }) => {
    const holder = { ...session, address: null };
    const added = await addPasskey(webDatabase(), holder, body, config().appOrigin, Date.now());
    return Response.json(added, { status: 201 });
  },
);
