import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { PasskeyRefusal } from '@/domain/access/passkey';
import {
  askForSignature,
  bytesOf,
  challengeIn,
  type CheckedSignature,
  checkSignature,
  hashOf,
  newChallenge,
  passkeySignature,
} from '../auth/passkey-ceremony';
import { type PasskeySite, passkeySite } from '../auth/passkey-site';
import { setUpScope } from '../auth/system-scope';
import { isLoopback } from '../config';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  beginPasskeySignIn,
  credentialsOf,
  giveBackPasskeyAttempt,
  openSessionByPasskey,
  type PasskeyCandidate,
  type PasskeyOpening,
  takePasskeySignIn,
} from '../data/identity-passkeys';
import { resolveSession, revokeSession, SESSION_SECONDS } from '../data/identity-sessions';
import { findMspOf, giveBackAttempt, hasEndedGrant, recordRefusal } from '../data/identity-sign-in';
import { isBreakGlass } from '../data/identity-sign-on';
import { AppError } from '../errors';
import { log } from '../log';
import { PASSKEY_STOPPED } from '../mail/notices';
import { putMail } from './put-mail';
import { checkPassword, tellOwners } from './sign-in';

/** What asks for a passkey as the second factor. */
export const secondFactorQuestion = z.strictObject({
  email: z.string().max(1000),
  password: z.string().max(1000),
});

/** What signs in. */
export const passkeySignInForm = z.strictObject({ signed: passkeySignature });

/** What a browser asks its authenticators, and the secret that it keeps as a cookie until it has their answer. */
export interface AskedBrowser {
  readonly browserSecret: string;
  readonly options: Awaited<ReturnType<typeof askForSignature>>;
}

/**
 * Begins a sign-in by any passkey of this site, for whoever it is: nobody is named. Good once, for this browser, within five minutes.
 * @throws AppError `conflict` where no passkey can be
 */
export function askForAnyPasskey(
  database: Database,
  browserSecret: string | null,
  appOrigin: string,
): Promise<AskedBrowser> {
  return ask(database, siteOf(appOrigin), browserSecret, { personId: null, known: [] });
}

/**
 * Begins the second step of a sign-in whose password is right: a passkey of that account in place of a code. Guessing is limited as at
 * sign-in, and who does not know the password learns nothing.
 * @throws AppError `invalid-request` for a wrong password or an account without passkeys, `rate-limited`, `conflict`
 */
export async function askForSecondFactor(
  database: Database,
  attempt: z.infer<typeof secondFactorQuestion> & { readonly address: string | null },
  browserSecret: string | null,
  appOrigin: string,
): Promise<AskedBrowser> {
  const site = siteOf(appOrigin);
  const checked = await checkPassword(database, attempt, appOrigin);
  if (checked.outcome === 'wait') throw waits(checked.retryAfterSeconds);
  if (checked.outcome === 'refused') throw new AppError('invalid-request', 'E-mail or password is wrong.');
  const { personId, email } = checked;
  await giveBackAttempt(database, email, attempt.address, false);
  const known = await credentialsOf(database, personId);
  if (known.length === 0) throw new AppError('invalid-request', 'This account has no passkey.');
  return ask(database, site, browserSecret, { personId, known });
}

async function ask(
  database: Database,
  site: PasskeySite,
  given: string | null,
  { personId, known }: { personId: string | null; known: Parameters<typeof askForSignature>[2] },
): Promise<AskedBrowser> {
  const browserSecret = given ?? randomBytes(32).toString('base64url');
  const challenge = newChallenge();
  await beginPasskeySignIn(database, hashOf(challenge), hashOf(browserSecret), personId);
  return { browserSecret, options: await askForSignature(site, challenge, known) };
}

/** A browser that answers. */
export interface PasskeyAttempt extends z.infer<typeof passkeySignInForm> {
  /** null: it has no cookie of ours any more. */
  readonly browserSecret: string | null;
  /** Of the session it has; null: none. One of the same person that owes something ends. */
  readonly formerSessionId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export type PasskeyOutcome =
  | { readonly outcome: 'signed-in'; readonly sessionId: string }
  | { readonly outcome: 'refused'; readonly refusal: PasskeyRefusal };

/**
 * Signs somebody in by a passkey that verified who they are, which are two factors. Credentials of nobody, wrong signatures, and accounts
 * that are shut get one answer.
 * @throws AppError `rate-limited`, `conflict` where no passkey can be
 */
export async function signInByPasskey(
  database: Database,
  attempt: PasskeyAttempt,
  appOrigin: string,
  nowMs: number,
): Promise<PasskeyOutcome> {
  const site = siteOf(appOrigin);
  const { signed, browserSecret, address } = attempt;
  const challenge = challengeIn(signed.clientData);
  if (challenge === null || browserSecret === null) return refused('late');
  const start = await takePasskeySignIn(
    database,
    hashOf(challenge),
    hashOf(browserSecret),
    bytesOf(signed.credentialId),
    address,
  );
  if (start.outcome === 'wait') throw waits(start.retryAfterSeconds);
  if (start.outcome === 'late') return refused('late');
  const { candidate, passwordPersonId } = start;
  // An authenticator that found the passkey by itself says whose it is (WebAuthn Level 3, 7.2, step 6).
  if (!candidate || (passwordPersonId === null && signed.userHandle === null))
    return refuse(database, null, 'passkey', address, 'unknown');
  const { personId } = candidate;
  const checked = await checkSignature(site, challenge, signed, candidate);
  if ('failure' in checked) {
    log('web').warn({ err: checked.cause, failure: checked.failure }, 'a passkey was refused');
    return checked.failure === 'unverified'
      ? refuse(database, personId, 'passkey-unverified', address, 'unverified')
      : refuse(database, personId, 'passkey', address, 'unknown');
  }
  if (passwordPersonId !== null && passwordPersonId !== personId)
    return refuse(database, passwordPersonId, 'passkey', address, 'other-person');
  if (candidate.isDemo && !isLoopback(new URL(appOrigin).hostname))
    return refuse(database, personId, 'demo', address, 'unknown');
  return finish(
    database,
    attempt,
    { ...checked, ...candidate, hasPassword: passwordPersonId !== null },
    nowMs,
  );
}

type Signer = CheckedSignature & PasskeyCandidate & { readonly hasPassword: boolean };

async function finish(
  database: Database,
  { formerSessionId, address, userAgent }: PasskeyAttempt,
  signer: Signer,
  nowMs: number,
): Promise<PasskeyOutcome> {
  const { personId } = signer;
  const mspId = await findMspOf(database, personId);
  if (mspId === null) return refuse(database, personId, 'membership', address, 'unknown');
  const session = { ...signer, sessionId: v7(), address, userAgent, lifetimeSeconds: SESSION_SECONDS };
  const opened = await database.inScope(setUpScope(mspId, personId), async (tx) => {
    const outcome = await openSessionByPasskey(tx, session);
    await tell(tx, mspId, signer, outcome, nowMs);
    return outcome;
  });
  switch (opened) {
    case 'gone':
      return refuse(database, personId, 'membership', address, 'unknown');
    case 'copied':
    case 'stopped':
      return refuse(database, personId, 'passkey-stopped', address, 'copied');
    case 'done':
      await giveBackPasskeyAttempt(database, address);
  }
  if (await hasEndedGrant(database, personId)) {
    await revokeSession(database, session.sessionId);
    return refused('grant-ended');
  }
  if (formerSessionId !== null) await endOwing(database, formerSessionId, personId);
  return { outcome: 'signed-in', sessionId: session.sessionId };
}

/** What such a session owed is given: the new one takes its place. */
async function endOwing(database: Database, sessionId: string, personId: string): Promise<void> {
  const former = await resolveSession(database, sessionId);
  if (former && former.personId === personId && former.owes !== null)
    await revokeSession(database, sessionId);
}

/** Whoever has to hear of it does so in the same transaction. */
async function tell(
  tx: Tx,
  mspId: string,
  { personId, passkeyId, email }: Signer,
  opened: PasskeyOpening,
  nowMs: number,
): Promise<void> {
  if (opened === 'done' && (await isBreakGlass(tx, personId))) await tellOwners(tx, mspId, personId, nowMs);
  if (opened !== 'copied') return;
  const target = { personId, passkeyId };
  await appendAuditEvent(tx, { action: 'person.passkey-stopped', target, details: {} });
  await putMail(tx, mspId, { kind: 'passkey-stopped', personId }, { to: email, ...PASSKEY_STOPPED }, nowMs);
}

async function refuse(
  database: Database,
  personId: string | null,
  reason: Parameters<typeof recordRefusal>[2],
  address: string | null,
  refusal: PasskeyRefusal,
): Promise<PasskeyOutcome> {
  await recordRefusal(database, personId, reason, address);
  return refused(refusal);
}

function refused(refusal: PasskeyRefusal): PasskeyOutcome {
  return { outcome: 'refused', refusal };
}

function siteOf(appOrigin: string): PasskeySite {
  const site = passkeySite(appOrigin);
  if (!site) throw new AppError('conflict', 'Passkeys do not work at an IP address.');
  return site;
}

function waits(retryAfterSeconds: number): AppError {
  const sentence = `Too many tries. Try again in ${retryAfterSeconds} seconds.`;
  return new AppError('rate-limited', sentence, { retryAfterSeconds });
}
