import { cookieText, isSecure } from './session-cookie';
import { createRateLimit } from '../services/rate-limit';
import { AppError } from '../errors';

/** As long as an attempt is good. */
const ATTEMPT_SECONDS = 600;

/** Of one address: each start has the server ask a provider. */
const limit = createRateLimit({ perSecond: 1, burst: 40 });

/** Name of the cookie that holds a browser's secret until the provider sends it back. */
export function signOnCookieName(): string {
  return isSecure() ? '__Host-holdfast-sign-on' : 'holdfast-sign-on';
}

/** Where the browser is to go, with the secret that it brings back. */
export function signOnStarted({
  address,
  browserSecret,
}: {
  address: string;
  browserSecret: string;
}): Response {
  const cookie = cookieText(signOnCookieName(), browserSecret, ATTEMPT_SECONDS);
  return Response.json({ address }, { headers: { 'set-cookie': cookie } });
}

/** Sends a browser that came back on to a page of ours, without its secret; `cookie`: one more that it gets. */
export function signOnEnded(path: string, cookie: string | null): Response {
  const headers = new Headers({ location: path });
  headers.append('set-cookie', cookieText(signOnCookieName(), '', 0));
  if (cookie !== null) headers.append('set-cookie', cookie);
  return new Response(null, { status: 303, headers });
}

/** @throws AppError `rate-limited` */
export function limitSignOn(address: string | null, nowMs: number): void {
  const retryAfterSeconds = limit.take(address ?? 'unknown', nowMs);
  if (retryAfterSeconds > 0)
    throw new AppError('rate-limited', `Too many tries. Try again in ${retryAfterSeconds} seconds.`, {
      retryAfterSeconds,
    });
}
