import { v7 } from 'uuid';
import { z } from 'zod';
import { passwordComplaint } from '@/domain/access/password-rules';
import { hashPassword } from '../auth/password-hash';
import { sealSecret } from '../auth/secret-box';
import { setUpScope } from '../auth/system-scope';
import { matchTotp } from '../auth/totp';
import { setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database } from '../data/database';
import { peekInvitation, spendInvitation } from '../data/identity-invitations';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { textLine } from './form-fields';
import { hashInvitationToken } from './invite-person';

const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'This is not a link of ours.');

/** What the invitation's page asks with. */
export const invitationQuestion = z.strictObject({ token });

/** What the form sends. */
export const acceptanceForm = z.strictObject({
  token,
  name: textLine('your name'),
  password: z.string().max(1000),
  totpSecret: z.string().regex(/^[A-Z2-7]{32}$/, 'Load the page again for a new key.'),
  totpCode: z.string().max(20),
});
export type AcceptanceForm = z.infer<typeof acceptanceForm>;

/**
 * Who is invited where by a link; it stays good.
 * @throws AppError `not-found` when it is no good, for whichever reason
 */
export async function readInvitation(
  database: Database,
  invitationToken: string,
): Promise<{ email: string; role: string; mspName: string }> {
  const found = await peekInvitation(database, hashInvitationToken(invitationToken));
  if (!found) throw nothingHere();
  const scope = setUpScope(found.mspId, null);
  const msp = await database.inScope(scope, (tx) => findMsp(tx, found.mspId));
  return { email: found.email, role: found.role, mspName: msp.name };
}

/**
 * Spends a link on a new person with a password and an authenticator.
 * @throws AppError `not-found` for a link that is no good, `invalid-request` with the wrong fields, `conflict` when the e-mail
 * has an account
 */
export async function acceptInvitation(
  database: Database,
  form: AcceptanceForm,
  nowMs: number,
): Promise<void> {
  const tokenHash = hashInvitationToken(form.token);
  const found = await peekInvitation(database, tokenHash);
  if (!found) throw nothingHere();
  const totpStep = check(form, found.email, nowMs);
  const personId = v7();
  const passwordHash = await hashPassword(form.password);
  const totpSecret = sealSecret(form.totpSecret, personId, setting('secretKey'));
  const { mspId, role, email } = found;
  await database.inScope(setUpScope(mspId, personId), async (tx) => {
    const outcome = await spendInvitation(tx, tokenHash, {
      name: form.name,
      passwordHash,
      totpSecret,
      totpStep,
    });
    if (outcome === 'gone') throw nothingHere();
    if (outcome === 'taken')
      throw new AppError('conflict', 'This e-mail has an account already. Sign in with it.');
    await appendAuditEvent(tx, {
      action: 'person.joined',
      target: { personId },
      details: { role },
      private: { name: form.name, email },
    });
  });
}

function check(form: AcceptanceForm, email: string, nowMs: number): number {
  const password = passwordComplaint(form.password, [form.name, email]);
  const totpStep = matchTotp(form.totpSecret, form.totpCode, nowMs);
  if (!password && totpStep !== null) return totpStep;
  throw new AppError('invalid-request', 'Some fields need another look.', {
    fields: {
      ...(password ? { password } : {}),
      ...(totpStep === null
        ? { totpCode: 'This code does not fit the key above. Check the clock of your phone.' }
        : {}),
    },
  });
}
