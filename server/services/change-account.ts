import { z } from 'zod';
import { passwordComplaint } from '@/domain/access/password-rules';
import { hashPassword, isPassword } from '../auth/password-hash';
import { hashRecoveryCode, newRecoveryCodes } from '../auth/recovery-code';
import { sealSecret } from '../auth/secret-box';
import { ownAccountScope } from '../auth/system-scope';
import { matchTotp } from '../auth/totp';
import { setting } from '../config';
import type { Database, Tx } from '../data/database';
import { storeAuthenticator, storePassword, storeRecoveryCodes } from '../data/identity-account';
import type { LiveSession } from '../data/identity-sessions';
import { beginSignIn, giveBackAttempt, recordRefusal } from '../data/identity-sign-in';
import { AppError } from '../errors';
import { AUTHENTICATOR_CHANGED, PASSWORD_CHANGED, RECOVERY_CODES_MADE } from '../mail/notices';
import type { Mail } from '../mail/send-mail';
import { nothingHere } from '../nothing-here';
import { putMail } from './put-mail';

/** Whose account is changed, and from where. */
export interface AccountHolder extends Pick<LiveSession, 'mspId' | 'personId' | 'name' | 'email'> {
  readonly sessionId: string;
  readonly address: string | null;
}

/** What the form for another password sends. */
export const passwordForm = z.strictObject({
  currentPassword: z.string().max(1000),
  newPassword: z.string().max(1000),
});

/** What the form for new recovery codes sends. */
export const recoveryCodesForm = z.strictObject({ currentPassword: z.string().max(1000) });

/** What the form for another authenticator sends. */
export const authenticatorForm = z.strictObject({
  currentPassword: z.string().max(1000),
  totpSecret: z.string().regex(/^[A-Z2-7]{32}$/, 'Load the page again for a new key.'),
  totpCode: z.string().max(20),
});

/**
 * Gives a person another password; their other sessions end. The current one is asked for, and guessing it is limited as at
 * sign-in.
 * @throws AppError `invalid-request` with the wrong fields, `rate-limited`
 */
export async function changePassword(
  database: Database,
  holder: AccountHolder,
  form: z.infer<typeof passwordForm>,
  nowMs: number,
): Promise<void> {
  const complaint = passwordComplaint(form.newPassword, [holder.name, holder.email]);
  if (complaint) throw wrong('newPassword', complaint);
  await checkCurrentPassword(database, holder, form.currentPassword);
  const passwordHash = await hashPassword(form.newPassword);
  await changeAndTell(database, holder, 'password-changed', PASSWORD_CHANGED, nowMs, async (tx) => {
    if (!(await storePassword(tx, holder.sessionId, passwordHash))) throw nothingHere();
  });
}

/**
 * Sets up another authenticator in place of the one there is; the person's other sessions end.
 * @throws AppError `invalid-request` with the wrong fields, `rate-limited`
 */
export async function changeAuthenticator(
  database: Database,
  holder: AccountHolder,
  form: z.infer<typeof authenticatorForm>,
  nowMs: number,
): Promise<void> {
  const totpStep = matchTotp(form.totpSecret, form.totpCode, nowMs);
  if (totpStep === null)
    throw wrong('totpCode', 'This code does not fit the key above. Check the clock of your phone.');
  await checkCurrentPassword(database, holder, form.currentPassword);
  const sealed = sealSecret(form.totpSecret, holder.personId, setting('secretKey'));
  await changeAndTell(database, holder, 'authenticator-changed', AUTHENTICATOR_CHANGED, nowMs, async (tx) => {
    if (!(await storeAuthenticator(tx, holder.sessionId, sealed, totpStep))) throw nothingHere();
  });
}

/**
 * Makes new recovery codes in place of all earlier ones; they are readable in the answer and never again.
 * @throws AppError `invalid-request` for a wrong password, `rate-limited`, `conflict` without an authenticator
 */
export async function makeRecoveryCodes(
  database: Database,
  holder: AccountHolder,
  form: z.infer<typeof recoveryCodesForm>,
  nowMs: number,
): Promise<string[]> {
  await checkCurrentPassword(database, holder, form.currentPassword);
  const codes = newRecoveryCodes();
  const key = setting('secretKey');
  const hashes = codes.flatMap((code) => hashRecoveryCode(code, holder.personId, key) ?? []);
  await changeAndTell(database, holder, 'recovery-codes-made', RECOVERY_CODES_MADE, nowMs, async (tx) => {
    if (!(await storeRecoveryCodes(tx, holder.sessionId, hashes)))
      throw new AppError('conflict', 'Set up an authenticator first: recovery codes stand in for its codes.');
  });
  return codes;
}

/** What somebody signs in with never changes without a mail to them, at the address that is stored. */
async function changeAndTell(
  database: Database,
  { mspId, personId, email }: AccountHolder,
  kind: 'password-changed' | 'authenticator-changed' | 'recovery-codes-made',
  notice: Omit<Mail, 'to'>,
  nowMs: number,
  change: (tx: Tx) => Promise<void>,
): Promise<void> {
  await database.inScope(ownAccountScope(mspId, personId), async (tx) => {
    await change(tx);
    await putMail(tx, mspId, { kind, personId }, { to: email, ...notice }, nowMs);
  });
}

/**
 * Whoever found a signed-in browser still has to know the password, and cannot guess it faster than at sign-in.
 * @throws AppError `invalid-request` for a wrong one, `rate-limited`
 */
export async function checkCurrentPassword(
  database: Database,
  { personId, email, address }: AccountHolder,
  password: string,
): Promise<void> {
  const start = await beginSignIn(database, email, address);
  if (start.outcome === 'wait') {
    const { retryAfterSeconds } = start;
    const sentence = `Too many attempts. Try again in ${retryAfterSeconds} seconds.`;
    throw new AppError('rate-limited', sentence, { retryAfterSeconds });
  }
  // The e-mail of who has no password may be another MSP's account, which is none of theirs.
  const isOwn = start.candidate.personId === personId;
  if (!(await isPassword(password, isOwn ? start.candidate.passwordHash : null))) {
    await recordRefusal(database, personId, 'password', address);
    throw wrong('currentPassword', 'This is not your password.');
  }
  await giveBackAttempt(database, email, address, false);
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}
