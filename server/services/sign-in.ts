import { v7 } from 'uuid';
import { normaliseEmail } from '@/domain/access/email-address';
import { isOwner } from '@/domain/access/permissions';
import { isPassword } from '../auth/password-hash';
import { hashRecoveryCode } from '../auth/recovery-code';
import { openSecret } from '../auth/secret-box';
import { setUpScope } from '../auth/system-scope';
import { matchTotp } from '../auth/totp';
import { isLoopback, setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { listMembers } from '../data/identity-members';
import { credentialsOf } from '../data/identity-passkeys';
import { revokeSession, SESSION_SECONDS } from '../data/identity-sessions';
import {
  beginSignIn,
  findMspOf,
  giveBackAttempt,
  hasEndedGrant,
  openSession,
  openSessionByRecoveryCode,
  recordRefusal,
} from '../data/identity-sign-in';
import { isBreakGlass } from '../data/identity-sign-on';
import { breakGlassUsedNotice, recoveryCodeUsedNotice } from '../mail/notices';
import { putMail } from './put-mail';

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  /** The code from the authenticator app, or a recovery code; empty: not given yet. */
  readonly code: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/**
 * What became of an attempt. `refused`: the e-mail is unknown or the password wrong, which cannot be told apart.
 * `code-needed` and `code-refused` are said only to who knows the password, `grant-ended` only to who has the code too.
 */
export type SignInOutcome =
  | {
      readonly outcome: 'signed-in';
      readonly sessionId: string;
    }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'code-refused' | 'grant-ended' }
  | {
      readonly outcome: 'code-needed';
      /** Whether a passkey will do in place of the code. */
      readonly hasPasskey: boolean;
    }
  | { readonly outcome: 'wait'; readonly retryAfterSeconds: number };

/**
 * Signs a person in by password and, where set up, a code or a recovery code, each accepted once. Unknown and known e-mails cost the
 * same work and get the same answers and limits. The accounts of a demo are refused unless `appOrigin` is this machine.
 */
export async function signIn(
  database: Database,
  attempt: SignInAttempt,
  appOrigin: string,
  nowMs: number,
): Promise<SignInOutcome> {
  const checked = await checkPassword(database, attempt, appOrigin);
  if (checked.outcome !== 'known') return checked;
  const { address } = attempt;
  const { email, personId, totpSecret } = checked;
  if (totpSecret && attempt.code === '') {
    await giveBackAttempt(database, email, address, false);
    return { outcome: 'code-needed', hasPasskey: (await credentialsOf(database, personId)).length > 0 };
  }
  const sessionId = v7();
  if (!(await open(database, { ...attempt, email, sessionId, personId, totpSecret }, nowMs))) {
    await recordRefusal(database, personId, totpSecret ? 'code' : 'membership', address);
    return { outcome: totpSecret ? 'code-refused' : 'refused' };
  }
  await giveBackAttempt(database, email, address, true);
  if (await hasEndedGrant(database, personId)) {
    await revokeSession(database, sessionId);
    return { outcome: 'grant-ended' };
  }
  return { outcome: 'signed-in', sessionId };
}

/** Somebody whose password is right; the attempt is counted until it is given back. */
interface KnownPerson {
  readonly outcome: 'known';
  readonly personId: string;
  /** As it is stored. */
  readonly email: string;
  readonly totpSecret: Uint8Array | null;
}

/** Counts an attempt and checks its password. */
export async function checkPassword(
  database: Database,
  { email: typed, password, address }: Pick<SignInAttempt, 'email' | 'password' | 'address'>,
  appOrigin: string,
): Promise<KnownPerson | Extract<SignInOutcome, { outcome: 'refused' | 'wait' }>> {
  // No address can hold a blank, so this one is nobody's.
  const email = normaliseEmail(typed) ?? 'not an address';
  const start = await beginSignIn(database, email, address);
  if (start.outcome === 'wait') return start;
  const { personId, passwordHash, totpSecret, isDemo } = start.candidate;
  if (!(await isPassword(password, passwordHash)) || personId === null) {
    await recordRefusal(database, personId, 'password', address);
    return { outcome: 'refused' };
  }
  if (isDemo && !isLoopback(new URL(appOrigin).hostname)) {
    await recordRefusal(database, personId, 'demo', address);
    return { outcome: 'refused' };
  }
  return { outcome: 'known', personId, email, totpSecret };
}

interface Opening extends Pick<SignInAttempt, 'email' | 'code' | 'address' | 'userAgent'> {
  readonly sessionId: string;
  readonly personId: string;
  readonly totpSecret: Uint8Array | null;
}

/** Opens the session if the code fits; false: it does not, was used, or the person belongs to no MSP. */
async function open(database: Database, opening: Opening, nowMs: number): Promise<boolean> {
  const { code, totpSecret, personId } = opening;
  const codeHash = totpSecret && hashRecoveryCode(code, personId, setting('secretKey'));
  if (!codeHash) {
    const opened = await database.withoutScope(async (tx) =>
      (await isBreakGlass(tx, personId)) ? null : openByCode(tx, opening, nowMs),
    );
    if (opened !== null) return opened;
  }
  // Of the others somebody is told, in the same transaction: that takes the MSP's scope.
  const mspId = await findMspOf(database, personId);
  if (mspId === null) return false;
  return database.inScope(setUpScope(mspId, personId), async (tx) => {
    const isOpened = codeHash
      ? await spendRecoveryCode(tx, mspId, opening, codeHash, nowMs)
      : await openByCode(tx, opening, nowMs);
    if (isOpened && (await isBreakGlass(tx, personId))) await tellOwners(tx, mspId, personId, nowMs);
    return isOpened;
  });
}

/** By a code of the authenticator, where there is one. */
function openByCode(tx: Tx, opening: Opening, nowMs: number): Promise<boolean> {
  const { code, totpSecret, personId } = opening;
  const secret = totpSecret && openSecret(totpSecret, personId, setting('secretKey'));
  const totpStep = secret ? matchTotp(secret, code, nowMs) : null;
  if (secret && totpStep === null) return Promise.resolve(false);
  return openSession(tx, { ...opening, totpStep, lifetimeSeconds: SESSION_SECONDS });
}

/** Whoever it belongs to is told in the same transaction. */
async function spendRecoveryCode(
  tx: Tx,
  mspId: string,
  opening: Opening,
  codeHash: Uint8Array<ArrayBuffer>,
  nowMs: number,
): Promise<boolean> {
  const { personId, email } = opening;
  const session = { ...opening, codeHash, lifetimeSeconds: SESSION_SECONDS };
  const codesLeft = await openSessionByRecoveryCode(tx, session);
  if (codesLeft === null) return false;
  const mail = { to: email, ...recoveryCodeUsedNotice(codesLeft) };
  await putMail(tx, mspId, { kind: 'recovery-code-used', personId }, mail, nowMs);
  return true;
}

/** A password or passkey that gets in beside single sign-on is for emergencies: all owners hear of each use. */
export async function tellOwners(tx: Tx, mspId: string, personId: string, nowMs: number): Promise<void> {
  const members = await listMembers(tx);
  const name = members.find((member) => member.personId === personId)?.name ?? '';
  for (const owner of members.filter(({ role, revokedAt }) => isOwner(role) && revokedAt === null))
    await putMail(
      tx,
      mspId,
      { kind: 'break-glass-used', personId: owner.personId },
      { to: owner.email, ...breakGlassUsedNotice(name) },
      nowMs,
    );
  await appendAuditEvent(tx, { action: 'sign-in.break-glass-used', target: { personId }, details: {} });
}
