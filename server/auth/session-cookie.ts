import { decode, encode } from 'next-auth/jwt';
import { z } from 'zod';
import { config, setting } from '../config';

/** Whether browsers reach us over https; then cookies carry the `__Host-` prefix, which a sub-domain cannot set. */
export function isSecure(): boolean {
  return config().appOrigin.startsWith('https://');
}

/** Name of the cookie that holds the sealed session id. */
export function sessionCookieName(): string {
  return isSecure() ? '__Host-holdfast-session' : 'holdfast-session';
}

export function cookieOptions() {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure() } as const;
}

/** The cookie of a session that was opened without next-auth, as it would make it: the sealed id and nothing else. */
export async function sessionCookie(sessionId: string, lifetimeSeconds: number): Promise<string> {
  const token = await encode({
    token: { sid: sessionId },
    secret: setting('nextAuthSecret'),
    maxAge: lifetimeSeconds,
  });
  return cookieText(sessionCookieName(), token, lifetimeSeconds);
}

/** A cookie as a header sets it; 0 seconds take it away. */
export function cookieText(name: string, value: string, lifetimeSeconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${lifetimeSeconds}; HttpOnly; SameSite=Lax${isSecure() ? '; Secure' : ''}`;
}

const tokenContent = z.object({ sid: z.uuid() });

/** The session id inside a cookie's value; null for anything that we did not seal ourselves, or that is too old. */
export async function sessionIdOf(cookieValue: string | undefined): Promise<string | null> {
  if (!cookieValue || cookieValue.length > 4096) return null;
  try {
    const token = await decode({ token: cookieValue, secret: setting('nextAuthSecret') });
    return tokenContent.parse(token).sid;
  } catch {
    // A forged, foreign or expired cookie is the same as none.
    return null;
  }
}
