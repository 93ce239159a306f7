import { v7 } from 'uuid';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import { DAY } from '@/domain/time/instant';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database, Tx } from '../data/database';
import {
  extendGrant as storeEnd,
  type GrantOutcome,
  insertGrant,
  revokeGrant as takeBack,
} from '../data/evidence-grants';
import { withdrawInvitationMail } from '../data/mail-outbox';
import { AppError } from '../errors';
import { evidenceGrantedNotice, evidenceInvitationNotice } from '../mail/notices';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';
import { type InvitationSettings, newInvitationLink } from './invite-person';
import { putMail } from './put-mail';

/** How far ahead a grant may end; decided again then. */
const GRANT_DAYS_MAX = 366;
const INVITATION_DAYS = 7;

const day = z.iso.date('Choose a day.');
const end = z.iso.datetime({ offset: true, error: 'Choose a day.' });

/** What the form sends. */
export const grantForm = z
  .strictObject({
    name: textLine('who it is for'),
    email: z.string().max(1000),
    clientIds: z
      .array(z.uuid())
      .min(1, 'Choose at least one client.')
      .max(100, 'Choose at most 100 clients.')
      .transform((ids) => [...new Set(ids)]),
    periodFrom: day,
    periodTo: day,
    purpose: z
      .string()
      .trim()
      .min(1, 'Say what it is for: it stands in the log.')
      .max(500, 'Use at most 500 characters.')
      .regex(/^[^\0]*$/, 'Leave out control characters.'),
    expiresAt: end,
  })
  .refine(({ periodFrom, periodTo }) => periodFrom <= periodTo, {
    path: ['periodTo'],
    message: 'The last day lies before the first.',
  })
  .refine(({ periodFrom, periodTo }) => Date.parse(periodTo) - Date.parse(periodFrom) <= 3660 * DAY, {
    path: ['periodTo'],
    message: 'Choose at most ten years.',
  });
export type GrantForm = z.output<typeof grantForm>;

/** What extending sends. */
export const grantEndForm = z.strictObject({ expiresAt: end });

/**
 * Lets a named person see the evidence of some clients and a period until an instant. Who has no account is invited by mail and sets
 * up a second factor before anything is shown; an auditor who was here before is told by mail, and sees it at once.
 * @throws AppError `invalid-request`, `not-found` for a client, `conflict` for who has a grant or another role here
 */
export async function grantEvidence(
  database: Database,
  scope: TenantScope,
  byName: string,
  form: GrantForm,
  settings: InvitationSettings,
  nowMs: number,
): Promise<string> {
  const email = normaliseEmail(form.email);
  if (!email) throw wrong('email', 'Enter a plain e-mail address, such as ana@example.com.');
  const expiresAt = endIn(form.expiresAt, nowMs);
  const [grantId, invitationId] = [v7(), v7()];
  const link = newInvitationLink(nowMs);
  const { name, clientIds, periodFrom, periodTo, purpose } = form;
  await database.inScope(scope, async (tx) => {
    const grant = { grantId, name, email, clientIds, periodFrom, periodTo, purpose, expiresAt, byName };
    const outcome = await insertGrant(tx, grant, { invitationId, ...link });
    refuseUnlessMade(outcome);
    const { name: mspName } = await findMsp(tx, scope.mspId);
    if (outcome === 'invited') {
      const address = `${settings.appOrigin}/invitation#${link.token}`;
      const mail = { to: email, ...evidenceInvitationNotice(mspName, purpose, address, INVITATION_DAYS) };
      await putMail(tx, scope.mspId, { kind: 'invitation', invitationId }, mail, nowMs);
    } else {
      const mail = {
        to: email,
        ...evidenceGrantedNotice(mspName, purpose, `${settings.appOrigin}/evidence`),
      };
      await putMail(tx, scope.mspId, { kind: 'evidence-granted' }, mail, nowMs);
    }
    await record(tx, 'evidence.granted', grantId, {
      details: { clientIds, periodFrom, periodTo, expiresAt: expiresAt.toISOString() },
      private: { name, email, purpose },
    });
  });
  return grantId;
}

/**
 * Lets a grant end at another instant, sooner or later; one that ran out holds again.
 * @throws AppError `invalid-request`, `not-found` for one that is not there or was revoked
 */
export async function extendGrant(
  database: Database,
  scope: TenantScope,
  grantId: string,
  form: z.output<typeof grantEndForm>,
  nowMs: number,
): Promise<void> {
  const expiresAt = endIn(form.expiresAt, nowMs);
  await database.inScope(scope, async (tx) => {
    if (!(await storeEnd(tx, grantId, expiresAt))) throw nothingHere();
    await record(tx, 'evidence.grant-extended', grantId, { details: { expiresAt: expiresAt.toISOString() } });
  });
}

/**
 * Ends a grant: from the auditor's next request on nothing is shown.
 * @throws AppError `not-found` for one that is not there or was revoked
 */
export async function revokeGrant(
  database: Database,
  scope: TenantScope,
  grantId: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const ended = await takeBack(tx, grantId);
    if (ended === null) throw nothingHere();
    if (ended !== grantId) await withdrawInvitationMail(tx, scope.mspId, ended, new Date(nowMs));
    await record(tx, 'evidence.grant-revoked', grantId, { details: {} });
  });
}

function endIn(given: string, nowMs: number): Date {
  const at = Date.parse(given);
  if (at <= nowMs) throw wrong('expiresAt', 'Choose a day in the future.');
  if (at > nowMs + GRANT_DAYS_MAX * DAY)
    throw wrong('expiresAt', 'Choose a day within a year; extend it then.');
  return new Date(at);
}

function refuseUnlessMade(outcome: GrantOutcome): void {
  switch (outcome) {
    case 'invited':
    case 'granted':
      return;
    case 'not-found':
      throw nothingHere();
    case 'granted-before':
      throw conflict('This e-mail has a grant already. Extend it in the list, or revoke it first.');
    case 'member':
      throw conflict(
        'This e-mail has another role here, or an open invitation. An auditor needs one of their own.',
      );
  }
}

function conflict(sentence: string): AppError {
  return new AppError('conflict', sentence, { fields: { email: sentence } });
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}

function record(
  tx: Tx,
  action: string,
  grantId: string,
  said: { details: Readonly<Record<string, unknown>>; private?: Readonly<Record<string, string>> },
): Promise<void> {
  return appendAuditEvent(tx, { action, target: { grantId }, ...said });
}
