import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { config, setting } from '../config';
import { SESSION_SECONDS } from '../data/identity-sessions';
import { webDatabase } from '../data/web-database';
import { log } from '../log';
import { signIn, type SignInOutcome } from '../services/sign-in';
import { clientAddress } from './client-address';
import { cookieOptions, isSecure, sessionCookieName } from './session-cookie';

/** How next-auth signs people in: it checks the form's token and seals the cookie; the session row is the truth. */
export function nextAuthOptions(): NextAuthOptions {
  const prefix = isSecure() ? '__Host-' : '';
  const options = cookieOptions();
  return {
    secret: setting('nextAuthSecret'),
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    useSecureCookies: isSecure(),
    cookies: {
      sessionToken: { name: sessionCookieName(), options },
      csrfToken: { name: `${prefix}holdfast-form-token`, options },
      callbackUrl: { name: `${prefix}holdfast-callback`, options },
    },
    providers: [passwordAndCode()],
    callbacks: {
      // The cookie holds the session's id and nothing else: role and MSP are read from the database each time.
      jwt: ({ token, user }) => (user ? { sid: user.id } : token),
    },
    logger: {
      error: (code) => log('web').error({ code }, 'next-auth'),
      warn: (code) => log('web').debug({ code }, 'next-auth'),
      debug: () => {},
    },
  };
}

function passwordAndCode() {
  return Credentials({
    credentials: { email: {}, password: {}, code: {} },
    authorize: async (given, request) => {
      const outcome = await attempt(given, request.headers);
      if (outcome.outcome === 'signed-in') return { id: outcome.sessionId };
      // next-auth hands an error's message to the form as `error`.
      throw new Error(`${outcome.outcome}${detailOf(outcome)}`);
    },
  });
}

function detailOf(outcome: Awaited<ReturnType<typeof attempt>>): string {
  if (outcome.outcome === 'wait') return `:${outcome.retryAfterSeconds}`;
  return outcome.outcome === 'code-needed' && outcome.hasPasskey ? ':passkey' : '';
}

async function attempt(
  given: Partial<Record<'email' | 'password' | 'code', unknown>> | undefined,
  headers: Record<string, unknown> | undefined,
): Promise<SignInOutcome | { readonly outcome: 'unavailable' }> {
  const forwardedFor = text(headers?.['x-forwarded-for']);
  try {
    return await signIn(
      webDatabase(),
      {
        email: text(given?.email),
        password: text(given?.password),
        code: text(given?.code),
        address: clientAddress(forwardedFor),
        userAgent: text(headers?.['user-agent']) || null,
      },
      config().appOrigin,
      Date.now(),
    );
  } catch (error) {
    log('web').error({ err: error }, 'sign-in failed');
    return { outcome: 'unavailable' };
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
