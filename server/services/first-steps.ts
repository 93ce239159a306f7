import { z } from 'zod';
import { type Omission, OMISSIONS } from '@/domain/first-hour/first-steps';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database } from '../data/database';
import { renameMsp, setLeftOut } from '../data/first-steps';
import type { LiveSession } from '../data/identity-sessions';
import { wasToldSince } from '../data/mail-outbox';
import { AppError } from '../errors';
import { mailTestNotice } from '../mail/notices';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine, timeZone } from './form-fields';
import { putMail } from './put-mail';

/** What the form for the MSP's name and zone sends. */
export const mspForm = z.strictObject({ name: textLine('the name of your company'), timeZone });
export type MspForm = z.infer<typeof mspForm>;

/** What is left out, or taken up again. */
export const omissionForm = z.strictObject({ step: z.enum(OMISSIONS), isLeftOut: z.boolean() });

/** Gives the scope's MSP another name and zone; the same as before is no change. */
export async function changeMsp(database: Database, scope: TenantScope, form: MspForm): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const before = await findMsp(tx, mspId);
    if (before.name === form.name && before.timeZone === form.timeZone) return;
    await renameMsp(tx, mspId, form);
    await appendAuditEvent(tx, {
      action: 'msp.changed',
      target: { mspId },
      details: { name: form.name, timeZone: form.timeZone, before },
    });
  });
}

/** Leaves one of the first steps out, or the line that leads to them. */
export async function leaveOut(
  database: Database,
  scope: TenantScope,
  { personId }: Pick<LiveSession, 'personId'>,
  step: Omission,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    await setLeftOut(tx, scope.mspId, step, { at: new Date(nowMs), by: personId });
    await appendAuditEvent(tx, { action: 'first-step.left-out', target: { personId }, details: { step } });
  });
}

/** Takes up again what was left out. */
export async function takeUp(
  database: Database,
  scope: TenantScope,
  { personId }: Pick<LiveSession, 'personId'>,
  step: Omission,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    await setLeftOut(tx, scope.mspId, step, null);
    await appendAuditEvent(tx, { action: 'first-step.taken-up', target: { personId }, details: { step } });
  });
}

/** So soon after the last test nobody knows yet what came of that. */
const QUIET_MS = 5000;

/**
 * Has the worker send a mail to the person who asks: tried once, at once. What came of it is that person's newest test.
 * @throws AppError `conflict` when the last one is a moment ago
 */
export async function testMail(
  database: Database,
  scope: TenantScope,
  { personId, email }: Pick<LiveSession, 'personId' | 'email'>,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    if (await wasToldSince(tx, mspId, personId, 'mail-test', new Date(nowMs - QUIET_MS)))
      throw new AppError('conflict', 'A test went out a moment ago. Wait for what comes of it.');
    const { name } = await findMsp(tx, mspId);
    const subject = { kind: 'mail-test', personId } as const;
    const mailId = await putMail(tx, mspId, subject, { to: email, ...mailTestNotice(name) }, nowMs);
    await appendAuditEvent(tx, { action: 'mail.tested', target: { personId, mailId }, details: {} });
  });
}
