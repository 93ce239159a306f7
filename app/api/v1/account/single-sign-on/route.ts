import { clientAddress } from '@/server/auth/client-address';
import { signOnStarted } from '@/server/auth/sign-on-answer';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { endLink, signOnLinkForm, startLink } from '@/server/services/sign-on';

/** Starts the link of one's own account with the MSP's provider: where the browser is to go, and a cookie that it brings back. */
export const PUT = withRoute(
  { permission: 'view-fleet', body: signOnLinkForm, mayOwe: true },
  async ({ session, request, body }) => {
    const address = clientAddress(request.headers.get('x-forwarded-for'));
    return signOnStarted(await startLink(webDatabase(), { ...session, address }, body, config()));
  },
);

/** Ends it; one signs in by password then. 204. */
export const DELETE = withRoute({ permission: 'view-fleet' }, async ({ session }) => {
  await endLink(webDatabase(), session);
  return new Response(null, { status: 204 });
});
