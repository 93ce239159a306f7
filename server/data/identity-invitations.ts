import { z } from 'zod';
import { type Role, ROLES } from '@/domain/access/permissions';
import type { Database, Tx } from './database';

/** An invitation that nobody has accepted or taken back. */
export interface Invitation {
  readonly invitationId: string;
  readonly email: string;
  readonly role: Role;
  /** '*': every client of the MSP. */
  readonly clientIds: '*' | readonly string[];
  readonly createdAt: Date;
  /** The link is no good from then on. */
  readonly expiresAt: Date;
}

/** What becomes of inviting somebody. `member`: is one of the people already; `invited`: an invitation is open. */
export type InviteOutcome = 'done' | 'above' | 'member' | 'invited' | 'not-found';
/** `gone`: spent, revoked or run out; `taken`: the e-mail has an account. */
export type AcceptOutcome = 'done' | 'gone' | 'taken';

type Hash = Uint8Array<ArrayBuffer>;

export async function insertInvitation(
  tx: Tx,
  invitation: Pick<Invitation, 'invitationId' | 'email' | 'role' | 'clientIds' | 'expiresAt'>,
  tokenHash: Hash,
): Promise<InviteOutcome> {
  const { invitationId, email, role, clientIds, expiresAt } = invitation;
  const ids = clientIds === '*' ? null : [...clientIds];
  const rows =
    await tx.$queryRaw`SELECT identity.invite(${invitationId}::uuid, ${email}, ${role}, ${ids}::uuid[],
    ${tokenHash}::bytea, ${expiresAt}::timestamptz) AS outcome`;
  const outcome = z.enum(['done', 'above', 'member', 'invited', 'not-found']);
  return z.tuple([z.object({ outcome })]).parse(rows)[0].outcome;
}

const invitationRow = z.object({
  invitation_id: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  client_ids: z.array(z.string()).nullable(),
  created_at: z.date(),
  expires_at: z.date(),
});

/** The open invitations of the context's MSP, newest first, at most 1,000. */
export async function listInvitations(tx: Tx): Promise<Invitation[]> {
  const rows = z.array(invitationRow).parse(await tx.$queryRaw`SELECT * FROM identity.list_invitations()`);
  return rows.map((row) => ({
    invitationId: row.invitation_id,
    email: row.email,
    role: row.role,
    clientIds: row.client_ids ?? '*',
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }));
}

/** Gives an open invitation a new link; answers whom it goes to, or null when there is none. */
export async function renewInvitation(
  tx: Tx,
  invitationId: string,
  tokenHash: Hash,
  expiresAt: Date,
): Promise<string | null> {
  const rows = await tx.$queryRaw`SELECT identity.renew_invitation(${invitationId}::uuid, ${tokenHash}::bytea,
    ${expiresAt}::timestamptz) AS email`;
  return z.tuple([z.object({ email: z.string().nullable() })]).parse(rows)[0].email;
}

/** False: there is no such open invitation. */
export async function revokeInvitation(tx: Tx, invitationId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.revoke_invitation(${invitationId}::uuid) AS is_done`;
  return z.tuple([z.object({ is_done: z.boolean() })]).parse(rows)[0].is_done;
}

/** What stands behind a link. */
export interface PeekedInvitation {
  readonly mspId: string;
  readonly email: string;
  readonly role: Role;
}

/** null: the link is no good, for whichever reason. Looking does not spend it. */
export async function peekInvitation(database: Database, tokenHash: Hash): Promise<PeekedInvitation | null> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT * FROM identity.peek_invitation(${tokenHash}::bytea)`,
  );
  const row = z
    .array(z.object({ msp_id: z.string(), email: z.string(), role: z.enum(ROLES) }))
    .parse(rows)[0];
  if (!row) return null;
  return { mspId: row.msp_id, email: row.email, role: row.role };
}

/** Spends a link on the person that the transaction's context names (`setUpScope`). */
export async function spendInvitation(
  tx: Tx,
  tokenHash: Hash,
  person: { name: string; passwordHash: string; totpSecret: Hash; totpStep: number },
): Promise<AcceptOutcome> {
  const rows = await tx.$queryRaw`SELECT identity.accept_invitation(${tokenHash}::bytea, ${person.name},
    ${person.passwordHash}, ${person.totpSecret}::bytea, ${person.totpStep}::bigint) AS outcome`;
  return z.tuple([z.object({ outcome: z.enum(['done', 'gone', 'taken']) })]).parse(rows)[0].outcome;
}
