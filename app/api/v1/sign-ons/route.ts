import { clientAddress } from '@/server/auth/client-address';
import { limitSignOn, signOnStarted } from '@/server/auth/sign-on-answer';
import { withPublicRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { signOnStart, startSignOn } from '@/server/services/sign-on';

/** Starts a sign-in through an MSP's provider: where the browser is to go, and a cookie that it brings back. */
export const POST = withPublicRoute({ body: signOnStart }, async ({ request, body }) => {
  limitSignOn(clientAddress(request.headers.get('x-forwarded-for')), Date.now());
  return signOnStarted(await startSignOn(webDatabase(), body, config()));
});
