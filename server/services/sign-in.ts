import { v7 } from 'uuid';
import { normaliseEmail } from '@/domain/access/email-address';
import { isPassword } from '../auth/password-hash';
import { openSecret } from '../auth/secret-box';
import { matchTotp } from '../auth/totp';
import { isLoopback, setting } from '../config';
import type { Database } from '../data/database';
import { SESSION_SECONDS } from '../data/identity-sessions';
import { beginSignIn, giveBackAttempt, openSession, recordRefusal } from '../data/identity-sign-in';

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  /** The code from the authenticator app; empty: not given yet. */
  readonly code: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/**
 * What became of an attempt. `refused`: the e-mail is unknown or the password wrong, which cannot be told apart.
 * `code-needed` and `code-refused` are said only to who knows the password.
 */
export type SignInOutcome =
  | { readonly outcome: 'signed-in'; readonly sessionId: string }
  | { readonly outcome: 'refused' | 'code-needed' | 'code-refused' }
  | { readonly outcome: 'wait'; readonly retryAfterSeconds: number };

/**
 * Signs a person in by password and, where set up, a code that is accepted once. Unknown and known e-mails cost the
 * same work and get the same answers and limits. The accounts of a demo are refused unless `appOrigin` is this machine.
 */
export async function signIn(
  database: Database,
  attempt: SignInAttempt,
  appOrigin: string,
  nowMs: number,
): Promise<SignInOutcome> {
  // No address can hold a blank, so this one is nobody's.
  const email = normaliseEmail(attempt.email) ?? 'not an address';
  const { address } = attempt;
  const start = await beginSignIn(database, email, address);
  if (start.outcome === 'wait') return start;
  const { personId, passwordHash, totpSecret, isDemo } = start.candidate;
  if (!(await isPassword(attempt.password, passwordHash)) || personId === null) {
    await recordRefusal(database, personId, 'password', address);
    return { outcome: 'refused' };
  }
  if (isDemo && !isLoopback(new URL(appOrigin).hostname)) {
    await recordRefusal(database, personId, 'demo', address);
    return { outcome: 'refused' };
  }
  if (totpSecret && attempt.code === '') {
    await giveBackAttempt(database, email, address, false);
    return { outcome: 'code-needed' };
  }
  const totpStep = totpSecret
    ? matchTotp(openSecret(totpSecret, personId, setting('secretKey')), attempt.code, nowMs)
    : null;
  const sessionId = v7();
  const isOpen =
    (totpSecret === null || totpStep !== null) &&
    (await openSession(database, {
      sessionId,
      personId,
      totpStep,
      address,
      userAgent: attempt.userAgent,
      lifetimeSeconds: SESSION_SECONDS,
    }));
  if (!isOpen) {
    await recordRefusal(database, personId, totpSecret ? 'code' : 'membership', address);
    return { outcome: totpSecret ? 'code-refused' : 'refused' };
  }
  await giveBackAttempt(database, email, address, true);
  return { outcome: 'signed-in', sessionId };
}
