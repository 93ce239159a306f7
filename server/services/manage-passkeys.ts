import { v7 } from 'uuid';
import { z } from 'zod';
import { authenticatorName, NO_VERIFICATION, PASSKEY_NAME_LENGTH_MAX } from '@/domain/access/passkey';
import {
  askForNewPasskey,
  challengeIn,
  checkNewPasskey,
  hashOf,
  newChallenge,
  newPasskey,
} from '../auth/passkey-ceremony';
import { type PasskeySite, passkeySite } from '../auth/passkey-site';
import { setUpScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  addPasskey as storePasskey,
  beginPasskey,
  listPasskeys,
  removePasskey as storeRemoval,
  renamePasskey as storeName,
  restorePasskey as storeRestoral,
  takePasskeyChallenge,
} from '../data/identity-passkeys';
import type { LiveSession } from '../data/identity-sessions';
import { AppError } from '../errors';
import { log } from '../log';
import { PASSKEY_ADDED, PASSKEY_REMOVED, PASSKEY_RESTORED } from '../mail/notices';
import type { Mail } from '../mail/send-mail';
import { nothingHere } from '../nothing-here';
import { type AccountHolder, checkCurrentPassword } from './change-account';
import { textLine } from './form-fields';
import { putMail } from './put-mail';

/** Whose passkeys are changed; their session may owe an authenticator, which a passkey gives. */
export type PasskeyHolder = AccountHolder & Pick<LiveSession, 'owes'>;

/** What begins to add a passkey, and what removes one: whoever found a signed-in browser does not know it. */
export const passkeyPasswordForm = z.strictObject({ currentPassword: z.string().max(1000) });

const name = textLine('a name', PASSKEY_NAME_LENGTH_MAX);

/** What adds one. `browser`: its name for people, which the passkey is called by where the authenticator does not say what it is. */
export const newPasskeyForm = z.strictObject({ made: newPasskey, browser: name });

/** What renames one. */
export const passkeyNameForm = z.strictObject({ name });

/**
 * What a browser makes a passkey of the holder with, once, within five minutes.
 * @throws AppError `invalid-request` for a wrong password, `rate-limited`, `conflict` where none can be made, or no more
 */
export async function askForPasskey(
  database: Database,
  holder: PasskeyHolder,
  { currentPassword }: z.infer<typeof passkeyPasswordForm>,
  appOrigin: string,
) {
  const site = siteFor(holder, appOrigin);
  await checkCurrentPassword(database, holder, currentPassword);
  const challenge = newChallenge();
  const begun = await beginPasskey(database, holder.sessionId, hashOf(challenge));
  if (begun === 'gone') throw nothingHere();
  if (begun === 'full') throw full();
  return askForNewPasskey(site, challenge, holder, await listPasskeys(database, holder.sessionId));
}

/**
 * Keeps the passkey that a browser made as {@link askForPasskey} asked, and tells its person by mail.
 * @returns its id, and what it is called until it is renamed
 * @throws AppError `invalid-request` for what was not asked for, `conflict` for one that is there, or no more
 */
export async function addPasskey(
  database: Database,
  holder: PasskeyHolder,
  { made, browser }: z.infer<typeof newPasskeyForm>,
  appOrigin: string,
  nowMs: number,
): Promise<{ passkeyId: string; name: string }> {
  const site = siteFor(holder, appOrigin);
  const challenge = challengeIn(made.clientData);
  if (challenge === null || !(await takePasskeyChallenge(database, holder.sessionId, hashOf(challenge))))
    throw new AppError(
      'invalid-request',
      'This took longer than five minutes, or was sent twice. Begin anew.',
    );
  const checked = await checkNewPasskey(site, challenge, made);
  if ('failure' in checked) {
    log('web').warn({ err: checked.cause, failure: checked.failure }, 'a passkey was refused');
    const sentence =
      checked.failure === 'unverified'
        ? NO_VERIFICATION
        : 'What the authenticator made could not be trusted.';
    throw new AppError('invalid-request', sentence);
  }
  const passkeyId = v7();
  const called = authenticatorName(checked.aaguid) ?? browser;
  const passkey = { ...checked, passkeyId, name: called, transports: made.transports };
  await changeAndTell(database, holder, 'passkey-added', PASSKEY_ADDED, nowMs, async (tx) => {
    const outcome = await storePasskey(tx, holder.sessionId, passkey);
    if (outcome === 'gone') throw nothingHere();
    if (outcome === 'full') throw full();
    if (outcome === 'taken') throw new AppError('conflict', 'This passkey is there already.');
    await note(tx, 'person.passkey-added', holder.personId, passkeyId);
  });
  return { passkeyId, name: called };
}

/** @throws AppError `not-found` */
export async function renamePasskey(
  database: Database,
  { mspId, personId, sessionId }: AccountHolder,
  passkeyId: string,
  form: z.infer<typeof passkeyNameForm>,
): Promise<void> {
  await database.inScope(setUpScope(mspId, personId), async (tx) => {
    if (!(await storeName(tx, sessionId, passkeyId, form.name))) throw nothingHere();
    await note(tx, 'person.passkey-renamed', personId, passkeyId);
  });
}

/**
 * Removes a passkey of the holder, whose other sessions end, and tells them by mail. {@link restorePasskey} takes it back.
 * @throws AppError `invalid-request` for a wrong password, `rate-limited`, `not-found`
 */
export async function removePasskey(
  database: Database,
  holder: AccountHolder,
  passkeyId: string,
  { currentPassword }: z.infer<typeof passkeyPasswordForm>,
  nowMs: number,
): Promise<void> {
  const own = await listPasskeys(database, holder.sessionId);
  if (!own.some((passkey) => passkey.passkeyId === passkeyId)) throw nothingHere();
  await checkCurrentPassword(database, holder, currentPassword);
  await changeAndTell(database, holder, 'passkey-removed', PASSKEY_REMOVED, nowMs, async (tx) => {
    if (!(await storeRemoval(tx, holder.sessionId, passkeyId))) throw nothingHere();
    await note(tx, 'person.passkey-removed', holder.personId, passkeyId);
  });
}

/**
 * Brings a passkey back that this session removed within ten minutes.
 * @throws AppError `not-found`
 */
export async function restorePasskey(
  database: Database,
  holder: AccountHolder,
  passkeyId: string,
  nowMs: number,
): Promise<void> {
  await changeAndTell(database, holder, 'passkey-added', PASSKEY_RESTORED, nowMs, async (tx) => {
    if (!(await storeRestoral(tx, holder.sessionId, passkeyId))) throw nothingHere();
    await note(tx, 'person.passkey-restored', holder.personId, passkeyId);
  });
}

/** @throws AppError `forbidden` for a session that is good for linking single sign-on only, `conflict` where no passkey can be made */
function siteFor({ owes }: PasskeyHolder, appOrigin: string): PasskeySite {
  if (owes === 'sign-on')
    throw new AppError('forbidden', 'Your MSP lets its people in through its single sign-on only.');
  const site = passkeySite(appOrigin);
  if (site) return site;
  const sentence = 'Passkeys need a name: this installation is reached by an IP address.';
  throw new AppError('conflict', sentence);
}

function full(): AppError {
  return new AppError('conflict', 'You have 20 passkeys. Remove one that you do not use.');
}

function note(tx: Tx, action: string, personId: string, passkeyId: string): Promise<void> {
  return appendAuditEvent(tx, { action, target: { personId, passkeyId }, details: {} });
}

/** What somebody signs in with never changes without a mail to them, at the address that is stored. */
async function changeAndTell(
  database: Database,
  { mspId, personId, email }: AccountHolder,
  kind: 'passkey-added' | 'passkey-removed',
  notice: Omit<Mail, 'to'>,
  nowMs: number,
  change: (tx: Tx) => Promise<void>,
): Promise<void> {
  await database.inScope(setUpScope(mspId, personId), async (tx) => {
    await change(tx);
    await putMail(tx, mspId, { kind, personId }, { to: email, ...notice }, nowMs);
  });
}
