import { decode } from 'next-auth/jwt';
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
