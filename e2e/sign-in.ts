import { type APIRequestContext, type APIResponse, expect } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import type { User } from './running-system';

const STEP_MS = 30_000;
/** Signs in as the form does, without a browser; the session's cookie stays in the context. */
export async function signIn(context: APIRequestContext, webUrl: string, user: User): Promise<void> {
  let said = await attempt(context, webUrl, user, '');
  if (user.totpSecret === null) return expectSignedIn(said);
  expect(said).toContain('error=code-needed');
  // Each code works once: somebody else may have used this user's current one, so the older, then the newer are tried.
  for (const offset of [-1, 0, 1]) {
    said = await attempt(context, webUrl, user, codeOf(user.totpSecret, Date.now() + offset * STEP_MS));
    if (!said.includes('error=')) return;
  }
  expectSignedIn(said);
}

/** The code that an authenticator app shows at an instant. */
export function codeOf(totpSecret: string, atMs: number): string {
  return new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate({ timestamp: atMs });
}

/** The address with which the sign-in route answers; refusals are in its `error`. */
async function attempt(
  context: APIRequestContext,
  webUrl: string,
  user: User,
  code: string,
): Promise<string> {
  const token = (await (await context.get(`${webUrl}/api/auth/csrf`)).json()) as { csrfToken: string };
  const response = await context.post(`${webUrl}/api/auth/callback/credentials`, {
    headers: { origin: webUrl },
    form: { email: user.email, password: user.password, code, csrfToken: token.csrfToken, json: 'true' },
    maxRedirects: 0,
  });
  return addressIn(response);
}

async function addressIn(response: APIResponse): Promise<string> {
  const { url } = (await response.json()) as { url: string };
  return url;
}

function expectSignedIn(said: string): void {
  expect(said).not.toContain('error=');
}
