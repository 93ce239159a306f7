import { v7 } from 'uuid';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import { passwordComplaint } from '@/domain/access/password-rules';
import { hashPassword } from '../auth/password-hash';
import { sealSecret } from '../auth/secret-box';
import { setUpScope } from '../auth/system-scope';
import { matchTotp } from '../auth/totp';
import { setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { completeSetUp, isSetUp } from '../data/identity-set-up';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { createDefaultPolicy } from './create-default-policy';
import { hashSetupCode } from './create-setup-code';
import { textLine, timeZone as timeZoneField } from './form-fields';

/** What the set-up form sends. */
export const setUpForm = z.strictObject({
  setupCode: z.string().min(1, 'Enter the code that was printed at the start.').max(100),
  mspName: textLine('the name of your company'),
  timeZone: timeZoneField,
  name: textLine('your name'),
  email: z.string().max(1000),
  password: z.string().max(1000),
  totpSecret: z.string().regex(/^[A-Z2-7]{32}$/, 'Load the page again for a new key.'),
  totpCode: z.string().max(20),
});
export type SetUpForm = z.infer<typeof setUpForm>;

/**
 * Makes the first MSP, its default policy and its owner in one transaction, once in the life of an installation.
 * @throws AppError `not-found` when somebody exists already, `invalid-request` with the wrong fields, the code among them
 */
export async function setUpOwner(database: Database, form: SetUpForm, nowMs: number): Promise<void> {
  if (await isSetUp(database)) throw nothingHere();
  const { email, totpStep } = check(form, nowMs);
  const mspId = v7();
  const ownerId = v7();
  const passwordHash = await hashPassword(form.password);
  const totpSecret = sealSecret(form.totpSecret, ownerId, setting('secretKey'));
  const isDone = await database.inScope(setUpScope(mspId, ownerId), async (tx) => {
    const { mspName, timeZone, name } = form;
    const owner = { email, name, passwordHash, totpSecret };
    const codeHash = hashSetupCode(form.setupCode);
    if (!(await completeSetUp(tx, { codeHash, mspName, timeZone, owner, totpStep }))) return false;
    await createDefaultPolicy(tx, mspId, ownerId, new Date(nowMs));
    await appendAuditEvent(tx, {
      action: 'msp.set-up',
      target: { mspId, personId: ownerId },
      details: { mspName, timeZone, role: 'owner' },
      private: { name, email },
    });
    return true;
  });
  if (isDone) return;
  if (await isSetUp(database)) throw nothingHere();
  throw wrong({ setupCode: 'This is not the code that was printed at the last start.' });
}

function check(form: SetUpForm, nowMs: number): { email: string; totpStep: number } {
  const email = normaliseEmail(form.email);
  const password = passwordComplaint(form.password, [form.name, form.email, form.mspName]);
  const totpStep = matchTotp(form.totpSecret, form.totpCode, nowMs);
  if (email && !password && totpStep !== null) return { email, totpStep };
  throw wrong({
    ...(email ? {} : { email: 'Enter a plain e-mail address, such as ana@example.com.' }),
    ...(password ? { password } : {}),
    ...(totpStep === null
      ? { totpCode: 'This code does not fit the key above. Check the clock of your phone.' }
      : {}),
  });
}

function wrong(fields: Record<string, string>): AppError {
  return new AppError('invalid-request', 'Some fields need another look.', { fields });
}
