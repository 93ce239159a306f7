import { cookies } from 'next/headers';
import { clientAddress } from '@/server/auth/client-address';
import { browserSecretIn } from '@/server/auth/passkey-answer';
import { sessionCookie, sessionCookieName, sessionIdOf } from '@/server/auth/session-cookie';
import { withPublicRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { SESSION_SECONDS } from '@/server/data/identity-sessions';
import { webDatabase } from '@/server/data/web-database';
import { passkeySignInForm, signInByPasskey } from '@/server/services/sign-in-by-passkey';

/** Ends what a question began: `{refusal}`, null with the session's cookie for who is signed in. */
export const POST = withPublicRoute({ body: passkeySignInForm }, async ({ request, body }) => {
  const jar = await cookies();
  const attempt = {
    ...body,
    browserSecret: browserSecretIn(jar),
    formerSessionId: await sessionIdOf(jar.get(sessionCookieName())?.value),
    address: clientAddress(request.headers.get('x-forwarded-for')),
    userAgent: request.headers.get('user-agent'),
  };
  const ended = await signInByPasskey(webDatabase(), attempt, config().appOrigin, Date.now());
  if (ended.outcome === 'refused') return Response.json({ refusal: ended.refusal });
  const cookie = await sessionCookie(ended.sessionId, SESSION_SECONDS);
  return Response.json({ refusal: null }, { headers: { 'set-cookie': cookie } });
});
