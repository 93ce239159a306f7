import { cookies } from 'next/headers';
import { clientAddress } from '@/server/auth/client-address';
import { askedOf, browserSecretIn, limitPasskeyQuestions } from '@/server/auth/passkey-answer';
import { withPublicRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { askForAnyPasskey } from '@/server/services/sign-in-by-passkey';

/** Begins a sign-in by a passkey: what to ask the authenticators, and a cookie that comes back with their answer. */
export const POST = withPublicRoute({}, async ({ request }) => {
  limitPasskeyQuestions(clientAddress(request.headers.get('x-forwarded-for')), Date.now());
  const former = browserSecretIn(await cookies());
  const { browserSecret, options } = await askForAnyPasskey(webDatabase(), former, config().appOrigin);
  return askedOf(browserSecret, options);
});
