import { createHash, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import type { Config } from '../config';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database, Tx } from '../data/database';
import {
  insertInvitation,
  type InviteOutcome,
  renewInvitation as storeNewLink,
  revokeInvitation as takeBack,
} from '../data/identity-invitations';
import { withdrawInvitationMail } from '../data/mail-outbox';
import { AppError } from '../errors';
import { invitationNotice } from '../mail/notices';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { accessShape, refuseMisfit } from './change-member';
import { putMail } from './put-mail';

/** How long a link is good. */
const INVITATION_DAYS = 7;

/** What the form sends. */
export const invitationForm = accessShape.extend({ email: z.string().max(1000) }).superRefine(refuseMisfit);
export type InvitationForm = z.infer<typeof invitationForm>;

/** Which address links lead to: the configured one, never that of a request. */
export type InvitationSettings = Pick<Config, 'appOrigin'>;

/**
 * Invites an e-mail to the scope's MSP; the mail with the link goes out after the commit.
 * @throws AppError `invalid-request`, `forbidden` for a role above one's own, `conflict` for who is there or invited already
 */
export async function invitePerson(
  database: Database,
  scope: TenantScope,
  form: InvitationForm,
  settings: InvitationSettings,
  nowMs: number,
): Promise<void> {
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
    await putLink(tx, scope, { invitationId, email, link, settings }, nowMs);
  });
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
): Promise<void> {
  const link = newInvitationLink(nowMs);
  await database.inScope(scope, async (tx) => {
    const email = await storeNewLink(tx, invitationId, link.tokenHash, link.expiresAt);
    if (email === null) throw nothingHere();
    await withdrawInvitationMail(tx, scope.mspId, invitationId, new Date(nowMs));
    await appendAuditEvent(tx, { action: 'invitation.renewed', target: { invitationId }, details: {} });
    await putLink(tx, scope, { invitationId, email, link, settings }, nowMs);
  });
}

/**
 * Takes an open invitation back: its link is worthless from then on.
 * @throws AppError `not-found`
 */
export async function revokeInvitation(
  database: Database,
  scope: TenantScope,
  invitationId: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await takeBack(tx, invitationId))) throw nothingHere();
    await withdrawInvitationMail(tx, scope.mspId, invitationId, new Date(nowMs));
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

interface NewLink {
  readonly invitationId: string;
  readonly email: string;
  readonly link: InvitationLink;
  readonly settings: InvitationSettings;
}

async function putLink(
  tx: Tx,
  { mspId }: TenantScope,
  { invitationId, email, link, settings }: NewLink,
  nowMs: number,
): Promise<void> {
  const { name: mspName } = await findMsp(tx, mspId);
  const address = `${settings.appOrigin}/invitation#${link.token}`;
  const notice = invitationNotice(mspName, address, INVITATION_DAYS);
  await putMail(tx, mspId, { kind: 'invitation', invitationId }, { to: email, ...notice }, nowMs);
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
