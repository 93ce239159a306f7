import { clientAddress } from '@/server/auth/client-address';
import { limitSignOn } from '@/server/auth/sign-on-answer';
import { withPublicRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { offeredSignOns, signOnQuestion } from '@/server/services/sign-on';

/** Which MSPs have single sign-on for the domain of an e-mail. A POST, so that the e-mail stands in no log. */
export const POST = withPublicRoute({ body: signOnQuestion }, async ({ request, body }) => {
  limitSignOn(clientAddress(request.headers.get('x-forwarded-for')), Date.now());
  return Response.json({ msps: await offeredSignOns(webDatabase(), body.email) });
});
