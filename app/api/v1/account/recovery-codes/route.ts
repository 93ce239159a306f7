import { clientAddress } from '@/server/auth/client-address';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { makeRecoveryCodes, recoveryCodesForm } from '@/server/services/change-account';

/** Makes new recovery codes for oneself in place of all earlier ones. 201 with `{codes}`, shown only now. */
export const POST = withRoute(
  { permission: 'signed-in', body: recoveryCodesForm },
  async ({ session, request, body }) => {
    const address = clientAddress(request.headers.get('x-forwarded-for'));
    const codes = await makeRecoveryCodes(webDatabase(), { ...session, address }, body, Date.now());
    return Response.json({ codes }, { status: 201 });
  },
);
