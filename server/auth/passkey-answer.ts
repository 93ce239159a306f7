import { z } from 'zod';
import { AppError } from '../errors';
import { createRateLimit } from '../services/rate-limit';
import { cookieText, isSecure } from './session-cookie';

/** Longer than a challenge is good, so that a browser keeps one secret over several. */
const BROWSER_SECONDS = 3600;

/** Of one address: each question keeps a row for five minutes. */
const limit = createRateLimit({ perSecond: 1, burst: 60 });

/** Name of the cookie that holds the secret of a browser in which somebody signs in with a passkey. */
function passkeyCookieName(): string {
  return isSecure() ? '__Host-holdfast-passkey' : 'holdfast-passkey';
}

const browserSecret = z.string().regex(/^[\w-]{43}$/);

/** The secret that a browser brings; null: it has none of ours. */
export function browserSecretIn(jar: { get(name: string): { value: string } | undefined }): string | null {
  return browserSecret.safeParse(jar.get(passkeyCookieName())?.value).data ?? null;
}

/** What a browser asks its authenticators, with the secret that it brings along with their answer. */
export function askedOf(secret: string, answer: object): Response {
  const cookie = cookieText(passkeyCookieName(), secret, BROWSER_SECONDS);
  return Response.json(answer, { headers: { 'set-cookie': cookie } });
}

/** @throws AppError `rate-limited` */
export function limitPasskeyQuestions(address: string | null, nowMs: number): void {
  const retryAfterSeconds = limit.take(address ?? 'unknown', nowMs);
  if (retryAfterSeconds > 0)
    throw new AppError('rate-limited', `Too many tries. Try again in ${retryAfterSeconds} seconds.`, {
      retryAfterSeconds,
    });
}
