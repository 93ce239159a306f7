import { cookies } from 'next/headers';
import { clientAddress } from '@/server/auth/client-address';
import { askedOf, browserSecretIn, limitPasskeyQuestions } from '@/server/auth/passkey-answer';
import { withPublicRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { askForSecondFactor, secondFactorQuestion } from '@/server/services/sign-in-by-passkey';

/** The same after the password, which it takes: for the passkeys of that account. */
export const POST = withPublicRoute({ body: secondFactorQuestion }, async ({ request, body }) => {
  const address = clientAddress(request.headers.get('x-forwarded-for'));
  limitPasskeyQuestions(address, Date.now());
  const former = browserSecretIn(await cookies());
  const attempt = { ...body, address };
  const asked = await askForSecondFactor(webDatabase(), attempt, former, config().appOrigin);
  return askedOf(asked.browserSecret, asked.options);
});
