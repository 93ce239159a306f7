import { v7 } from 'uuid';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import { roleOfGroups, type SignOnRefusal } from '@/domain/access/sign-on';
import { safePath } from '../auth/safe-path';
import {
  attemptHash,
  authorizationUrl,
  newBrowserSecret,
  readVouched,
  SignOnFailure,
  type Vouched,
} from '../auth/sign-on-client';
import { setUpScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database } from '../data/database';
import { type LiveSession, resolveSession, revokeSession, SESSION_SECONDS } from '../data/identity-sessions';
import { recordRefusal } from '../data/identity-sign-in';
import {
  beginSignOn,
  findSignOn,
  keepSignOnRefusal,
  linkSignOn,
  openSessionBySignOn,
  personOfSubject,
  readSignOn,
  type SignOn,
  signOnsOfDomain,
  takeSignOn,
  unlinkSignOn,
} from '../data/identity-sign-on';
import { AppError } from '../errors';
import { log } from '../log';
import { SIGN_ON_LINKED } from '../mail/notices';
import { nothingHere } from '../nothing-here';
import { type AccountHolder, checkCurrentPassword } from './change-account';
import { putMail } from './put-mail';
import { providerOf, reachOf, type SignOnSettings } from './set-up-sign-on';

/** In the address of an MSP's sign-in. */
export const signInKey = z.string().regex(/^[a-z2-7]{20}$/);

/** What the sign-in page asks with. */
export const signOnQuestion = z.strictObject({ email: z.string().max(1000) });

/** What starts a sign-in. */
export const signOnStart = z.strictObject({ signInKey, goTo: z.string().max(2000) });

/** What starts a link. */
export const signOnLinkForm = z.strictObject({ currentPassword: z.string().max(1000) });

/** An MSP with single sign-on, for who is not signed in. */
export interface OfferedSignOn {
  readonly signInKey: string;
  readonly mspName: string;
}

/**
 * Which MSPs let people sign on with an e-mail of its domain, at most 5. It goes by the domain alone, so that it says nothing of whether
 * anybody has that e-mail.
 */
export async function offeredSignOns(database: Database, email: string): Promise<OfferedSignOn[]> {
  const domain = normaliseEmail(email)?.split('@')[1];
  if (domain === undefined) return [];
  const found = await signOnsOfDomain(database, domain);
  return Promise.all(
    found.map(async ({ mspId, signInKey: key }) => ({
      signInKey: key,
      mspName: await nameOf(database, mspId),
    })),
  );
}

/** Whose the address of a sign-in is; null: nobody's, or single sign-on is off. */
export async function offeredSignOn(database: Database, key: string): Promise<OfferedSignOn | null> {
  const mspId = signInKey.safeParse(key).success ? await findSignOn(database, key) : null;
  return mspId === null ? null : { signInKey: key, mspName: await nameOf(database, mspId) };
}

async function nameOf(database: Database, mspId: string): Promise<string> {
  return (await database.inScope(setUpScope(mspId, null), (tx) => findMsp(tx, mspId))).name;
}

/** Where to send a browser, and the secret that it keeps as a cookie until it is back. */
export interface StartedSignOn {
  readonly address: string;
  readonly browserSecret: string;
}

/**
 * Starts a sign-in through an MSP's provider.
 * @throws AppError `not-found` for a key of nobody, `unavailable` when the provider does not answer
 */
export async function startSignOn(
  database: Database,
  { signInKey: key, goTo }: z.infer<typeof signOnStart>,
  settings: SignOnSettings,
): Promise<StartedSignOn> {
  const mspId = await findSignOn(database, key);
  if (mspId === null) throw nothingHere();
  return start(database, mspId, { linkSessionId: null, returnTo: safePath(goTo) }, settings);
}

/**
 * Starts the link of one's own account with the MSP's provider: only who knows the account's password can.
 * @throws AppError `invalid-request` for a wrong password, `rate-limited`, `conflict` while it is off, `unavailable`
 */
export async function startLink(
  database: Database,
  holder: AccountHolder & Pick<LiveSession, 'owes'>,
  { currentPassword }: z.infer<typeof signOnLinkForm>,
  settings: SignOnSettings,
): Promise<StartedSignOn> {
  await checkCurrentPassword(database, holder, currentPassword);
  const attempt = { linkSessionId: holder.sessionId, returnTo: holder.owes === null ? '/account' : '/' };
  return start(database, holder.mspId, attempt, settings);
}

async function start(
  database: Database,
  mspId: string,
  attempt: { linkSessionId: string | null; returnTo: string },
  settings: SignOnSettings,
): Promise<StartedSignOn> {
  const signOn = await readOf(database, mspId);
  if (!signOn?.onSince) throw new AppError('conflict', 'Single sign-on is switched off.');
  const browserSecret = newBrowserSecret();
  const provider = providerOf(mspId, signOn, settings);
  try {
    const address = await authorizationUrl(provider, reachOf(settings), browserSecret);
    await beginSignOn(database, attemptHash(browserSecret), mspId, attempt);
    return { address, browserSecret };
  } catch (error) {
    if (!(error instanceof SignOnFailure)) throw error;
    log('web').warn({ err: error, mspId }, 'a sign-on could not be started');
    const sentence = 'The sign-in provider does not answer at the moment. Try again in a minute.';
    throw new AppError('unavailable', sentence, { cause: error });
  }
}

function readOf(database: Database, mspId: string): Promise<SignOn | null> {
  return database.inScope(setUpScope(mspId, null), (tx) => readSignOn(tx));
}

/** A browser that a provider sent back. */
export interface ReturnedBrowser {
  readonly signInKey: string;
  /** With its question mark. */
  readonly query: string;
  /** null: it has no cookie of ours any more. */
  readonly browserSecret: string | null;
  /** Of the session it has; null: none. */
  readonly sessionId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** What became of it. `isLink`: an account was to be linked. */
export type SignOnOutcome =
  | { readonly outcome: 'signed-in'; readonly sessionId: string; readonly returnTo: string }
  | { readonly outcome: 'linked'; readonly returnTo: string }
  | { readonly outcome: 'refused'; readonly refusal: SignOnRefusal; readonly isLink: boolean };

/**
 * Ends what {@link startSignOn} or {@link startLink} began: opens a session for whom the provider vouches for, makes the person at their
 * first sign-in, gives the role that their groups give now; or links an account. Each start is good once.
 * @throws AppError `not-found` for a key of nobody
 */
export async function finishSignOn(
  database: Database,
  browser: ReturnedBrowser,
  settings: SignOnSettings,
  nowMs: number,
): Promise<SignOnOutcome> {
  const mspId = await findSignOn(database, browser.signInKey);
  if (mspId === null) throw nothingHere();
  const { browserSecret } = browser;
  const attempt = browserSecret && (await takeSignOn(database, attemptHash(browserSecret), mspId));
  if (!attempt) return { outcome: 'refused', refusal: 'late', isLink: false };
  const isLink = attempt.linkSessionId !== null;
  const signOn = await readOf(database, mspId);
  if (!signOn) throw nothingHere();
  let vouched: Vouched;
  try {
    const provider = providerOf(mspId, signOn, settings);
    vouched = await readVouched(provider, reachOf(settings), browserSecret, browser.query);
  } catch (error) {
    if (!(error instanceof SignOnFailure)) throw error;
    log('web').warn({ err: error, mspId }, 'a sign-on was refused');
    await recordRefusal(database, null, 'sign-on-answer', browser.address);
    return { outcome: 'refused', refusal: error.refusal, isLink };
  }
  const { issuer } = signOn;
  if (attempt.linkSessionId !== null) {
    // Who came back with another session, or none, is not who began.
    const isSame = attempt.linkSessionId === browser.sessionId;
    const refusal = isSame ? await link(database, browser.sessionId, { issuer, ...vouched }, nowMs) : 'late';
    if (refusal !== null) return { outcome: 'refused', refusal, isLink };
    if ((await resolveSession(database, attempt.linkSessionId))?.owes !== 'sign-on')
      return { outcome: 'linked', returnTo: attempt.returnTo };
    // What the session owed is given: the provider's takes its place.
    await revokeSession(database, attempt.linkSessionId);
  }
  const opened = await open(database, mspId, signOn, vouched, browser);
  return 'refusal' in opened
    ? { outcome: 'refused', refusal: opened.refusal, isLink }
    : { outcome: 'signed-in', sessionId: opened.sessionId, returnTo: attempt.returnTo };
}

async function open(
  database: Database,
  mspId: string,
  { issuer, version, roleByGroup }: SignOn,
  { subject, email, name, groups }: Vouched,
  { address, userAgent }: ReturnedBrowser,
): Promise<{ sessionId: string } | { refusal: SignOnRefusal }> {
  if (email === null) {
    await recordRefusal(database, null, 'sign-on-answer', address);
    return { refusal: 'no-email' };
  }
  const known = await database.inScope(setUpScope(mspId, null), (tx) => personOfSubject(tx, issuer, subject));
  const [sessionId, personId] = [v7(), known ?? v7()];
  return database.inScope(setUpScope(mspId, personId), async (tx) => {
    const opened = await openSessionBySignOn(tx, {
      sessionId,
      version,
      issuer,
      subject,
      role: roleOfGroups(roleByGroup, groups),
      email,
      name: name ?? email,
      address,
      userAgent,
      lifetimeSeconds: SESSION_SECONDS,
    });
    if (opened.outcome !== 'done') {
      if (known !== null) await keepSignOnRefusal(tx, `sign-on-${opened.outcome}`, address);
      return { refusal: opened.outcome };
    }
    const { role, roleBefore } = opened;
    const details = { role, by: 'single-sign-on' };
    const target = { personId };
    if (roleBefore === null) {
      const said = { name: name ?? email, email };
      await appendAuditEvent(tx, { action: 'person.joined', target, details, private: said });
    } else if (roleBefore !== role) {
      await appendAuditEvent(tx, { action: 'person.access-changed', target, details });
    }
    return { sessionId };
  });
}

/** null: it is linked. */
async function link(
  database: Database,
  sessionId: string,
  { issuer, subject }: { issuer: string; subject: string },
  nowMs: number,
): Promise<SignOnRefusal | null> {
  const session = await resolveSession(database, sessionId);
  if (!session) return 'late';
  const { mspId, personId, email } = session;
  return database.inScope(setUpScope(mspId, personId), async (tx) => {
    const outcome = await linkSignOn(tx, sessionId, issuer, subject);
    if (outcome === 'gone') return 'changed';
    if (outcome === 'taken') return 'taken';
    await appendAuditEvent(tx, { action: 'person.sign-on-linked', target: { personId }, details: {} });
    await putMail(tx, mspId, { kind: 'sign-on-linked', personId }, { to: email, ...SIGN_ON_LINKED }, nowMs);
    return null;
  });
}

/**
 * Ends the link of one's own account with the MSP's provider; what other sessions it opened end.
 * @throws AppError `conflict` when there is none, or no password to sign in with instead
 */
export async function endLink(
  database: Database,
  { mspId, personId, sessionId }: Pick<AccountHolder, 'mspId' | 'personId' | 'sessionId'>,
): Promise<void> {
  await database.inScope(setUpScope(mspId, personId), async (tx) => {
    if (!(await unlinkSignOn(tx, sessionId)))
      throw new AppError('conflict', 'This account is not linked, or single sign-on is its only way in.');
    await appendAuditEvent(tx, { action: 'person.sign-on-unlinked', target: { personId }, details: {} });
  });
}
