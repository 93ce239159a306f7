import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type APIRequestContext, type APIResponse, expect, request } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import type { User } from './running-system';

const STEP_MS = 30_000;
/** Playwright empties it at the start of each run. */
const SESSIONS_DIR = path.resolve(import.meta.dirname, '../test-results/sessions');

/**
 * A context signed in as a user. The session is kept for the rest of the run, since each code works once and a
 * worker that starts anew would have to wait for the next: do not sign it out.
 */
export async function signedInContext(webUrl: string, user: User): Promise<APIRequestContext> {
  const file = path.join(SESSIONS_DIR, `${user.email}.json`);
  if (existsSync(file)) {
    const kept = await request.newContext({ storageState: file });
    // Leaders and auditors are led on from there; who is not signed in, to the sign-in page.
    const home = await kept.get(`${webUrl}/`, { maxRedirects: 0 });
    if (home.ok() || !home.headers()['location']?.startsWith('/sign-in')) return kept;
    await kept.dispose();
  }
  const context = await request.newContext();
  await signIn(context, webUrl, user);
  mkdirSync(SESSIONS_DIR, { recursive: true });
  await context.storageState({ path: file });
  return context;
}

/** Signs in as the form does, without a browser; the session's cookie stays in the context. */
export async function signIn(context: APIRequestContext, webUrl: string, user: User): Promise<void> {
  let said = '';
  // A run shortly before may have used codes that this one holds fresh.
  for (let tries = 0; tries < 4; tries++) {
    said = await attempt(context, webUrl, user, await freshCode(user));
    if (!said.includes('error=code-refused')) break;
  }
  expect(said, `${user.email} signs in`).not.toContain('error=');
}

/**
 * A code of the user's authenticator that no test of this run has used. Each works once and never an older one after a
 * newer; three are good at any time, so a fourth sign-in within half a minute waits. Empty: the user has no codes.
 */
export async function freshCode({ email, totpSecret }: User): Promise<string> {
  if (totpSecret === null) return '';
  const file = path.join(SESSIONS_DIR, `${email}.step`);
  const used = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const stepNow = () => Math.floor(Date.now() / STEP_MS);
  await expect.poll(() => stepNow() + 1, { timeout: 60_000 }).toBeGreaterThan(used);
  const step = Math.max(used + 1, stepNow() - 1);
  mkdirSync(SESSIONS_DIR, { recursive: true });
  writeFileSync(file, String(step));
  return new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate({ timestamp: step * STEP_MS });
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
