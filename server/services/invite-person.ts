import { createHash, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import { isLimitable } from '@/domain/access/permissions';
import type { Config } from '../config';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database } from '../data/database';
import {
  insertInvitation,
  type InviteOutcome,
  noteInvitationSent,
  renewInvitation as storeNewLink,
  revokeInvitation as takeBack,
} from '../data/identity-invitations';
import { AppError } from '../errors';
import { log } from '../log';
import { type MailSettings, sendMail } from '../mail/send-mail';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { accessShape } from './change-member';

/** How long a link is good. */
const INVITATION_DAYS = 7;

/** What the form sends. */
export const invitationForm = accessShape
  .extend({ email: z.string().max(1000) })
  .refine(({ role, clientIds }) => clientIds === '*' || isLimitable(role), {
    path: ['clientIds'],
    message: 'Owners and admins see every client.',
  });
export type InvitationForm = z.infer<typeof invitationForm>;

/** How mail goes out, and which address its links lead to. */
export type InvitationSettings = MailSettings & Pick<Config, 'appOrigin'>;

/** Whether the link went out; false: the invitation stands, and its mail can be sent again. */
export interface InvitationMail {
  readonly isSent: boolean;
}

/**
 * Invites an e-mail to the scope's MSP and mails it the link.
 * @throws AppError `invalid-request`, `forbidden` for a role above one's own, `conflict` for who is there or invited already
 */
export async function invitePerson(
  database: Database,
  scope: TenantScope,
  form: InvitationForm,
  settings: InvitationSettings,
  nowMs: number,
): Promise<InvitationMail> {
  const email = normaliseEmail(form.email);
  if (!email) throw wrong('Enter a plain e-mail address, such as ana@example.com.');
  const link = newInvitationLink(nowMs);
  const invitationId = v7();
  const clientIds = form.clientIds === '*' ? ('*' as const) : [...new Set(form.clientIds)];
  await database.inScope(scope, async (tx) => {
    const { role } = form;
    const invitation = { invitationId, email, role, clientIds, expiresAt: link.expiresAt };
    refuseUnlessDone(await insertInvitation(tx, invitation, link.tokenHash));
    await appendAuditEvent(tx, {
      action: 'person.invited',
      target: { invitationId },
      details: { role, clientIds },
      private: { email },
    });
  });
  return mailLink(database, scope, { email, link, settings }, nowMs);
}

/**
 * Mails a new link for an open invitation; the old one is worthless from then on.
 * @throws AppError `not-found`
 */
export async function renewInvitation(
  database: Database,
  scope: TenantScope,
  invitationId: string,
  settings: InvitationSettings,
  nowMs: number,
): Promise<InvitationMail> {
  const link = newInvitationLink(nowMs);
  const email = await database.inScope(scope, async (tx) => {
    const to = await storeNewLink(tx, invitationId, link.tokenHash, link.expiresAt);
    if (to === null) throw nothingHere();
    await appendAuditEvent(tx, { action: 'invitation.renewed', target: { invitationId }, details: {} });
    return to;
  });
  return mailLink(database, scope, { email, link, settings }, nowMs);
}

/**
 * Takes an open invitation back: its link is worthless from then on.
 * @throws AppError `not-found`
 */
export async function revokeInvitation(
  database: Database,
  scope: TenantScope,
  invitationId: string,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await takeBack(tx, invitationId))) throw nothingHere();
    await appendAuditEvent(tx, { action: 'invitation.revoked', target: { invitationId }, details: {} });
  });
}

/** The form in which a link's token is stored. */
export function hashInvitationToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

interface InvitationLink {
  readonly token: string;
  readonly tokenHash: Uint8Array<ArrayBuffer>;
  readonly expiresAt: Date;
}

/** 256 random bits; nothing but the link holds them. */
export function newInvitationLink(nowMs: number): InvitationLink {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(nowMs + INVITATION_DAYS * 86_400_000);
  return { token, tokenHash: hashInvitationToken(token), expiresAt };
}

/** After the commit: what is mailed exists. Links carry the configured origin, never that of a request. */
async function mailLink(
  database: Database,
  scope: TenantScope,
  { email, link, settings }: { email: string; link: InvitationLink; settings: InvitationSettings },
  nowMs: number,
): Promise<InvitationMail> {
  const { name: mspName } = await database.inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const address = `${settings.appOrigin}/invitation#${link.token}`;
  // Lines of at most 76 characters travel as they are, so that a link can be copied out of a file of the outbox.
  const text = [
    `You are invited to sign in to Holdfast for\n${mspName}.`,
    'Open this link to choose a password and set up an authenticator app:',
    address,
    `The link works once, for ${INVITATION_DAYS} days. If you did not expect it,\ndelete this mail: nothing happens.`,
  ].join('\n\n');
  try {
    await sendMail(settings, { to: email, subject: 'Your invitation to Holdfast', text }, nowMs);
  } catch (error) {
    // The invitation stands; the People screen says that its mail did not go out, and sends it again.
    log('web').error({ err: error }, 'an invitation could not be mailed');
    return { isSent: false };
  }
  await database.inScope(scope, (tx) => noteInvitationSent(tx, link.tokenHash));
  return { isSent: true };
}

function refuseUnlessDone(outcome: InviteOutcome): void {
  switch (outcome) {
    case 'done':
      return;
    case 'not-found':
      throw nothingHere();
    case 'above':
      throw new AppError('forbidden', 'Only an owner can invite an owner.');
    case 'member':
      throw conflict('This person is in the list already. Let them in again there if they are deactivated.');
    case 'invited':
      throw conflict('This person is invited already. Send the invitation again from the list.');
  }
}

function conflict(sentence: string): AppError {
  return new AppError('conflict', sentence, { fields: { email: sentence } });
}

function wrong(sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { email: sentence } });
}
