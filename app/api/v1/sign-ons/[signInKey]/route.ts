import { cookies } from 'next/headers';
import { z } from 'zod';
import { clientAddress } from '@/server/auth/client-address';
import { safePath } from '@/server/auth/safe-path';
import { sessionCookie, sessionCookieName, sessionIdOf } from '@/server/auth/session-cookie';
import { limitSignOn, signOnCookieName, signOnEnded } from '@/server/auth/sign-on-answer';
import { withPublicRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { SESSION_SECONDS } from '@/server/data/identity-sessions';
import { webDatabase } from '@/server/data/web-database';
import { finishSignOn, signInKey } from '@/server/services/sign-on';

/**
 * Where an MSP's provider sends browsers back to: signs them in, or links an account, and leads on to the page that was asked for; a
 * refusal leads to the page where it began. 303.
 */
export const GET = withPublicRoute({ params: z.object({ signInKey }) }, async ({ request, params }) => {
  const address = clientAddress(request.headers.get('x-forwarded-for'));
  limitSignOn(address, Date.now());
  const jar = await cookies();
  const browser = {
    signInKey: params.signInKey,
    query: new URL(request.url).search,
    browserSecret: jar.get(signOnCookieName())?.value ?? null,
    sessionId: await sessionIdOf(jar.get(sessionCookieName())?.value),
    address,
    userAgent: request.headers.get('user-agent'),
  };
  const ended = await finishSignOn(webDatabase(), browser, config(), Date.now());
  if (ended.outcome === 'refused')
    return signOnEnded(`${ended.isLink ? '/account' : '/sign-in'}?refused=${ended.refusal}`, null);
  const cookie = ended.outcome === 'signed-in' ? await sessionCookie(ended.sessionId, SESSION_SECONDS) : null;
  return signOnEnded(safePath(ended.returnTo), cookie);
});
