import { z } from 'zod';
import { type Role, ROLES } from '@/domain/access/permissions';
import type { Tx } from './database';

/** A person of the context's MSP. */
export interface Member {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** '*': every client of the MSP. */
  readonly clientIds: '*' | readonly string[];
  /** Whether sign-in asks for a code of an authenticator. */
  readonly hasTotp: boolean;
  /** Whether one signs them in. */
  readonly hasPasskey: boolean;
  /** Whether they are known to the MSP's provider of single sign-on, which is on. */
  readonly signsOn: boolean;
  readonly lastSignInAt: Date | null;
  /** Since when the person is shut out; null: is not. */
  readonly revokedAt: Date | null;
}

/** What became of a change. `not-found`: the person, or a client named; `above`: a role above one's own. */
export type MemberChange = 'done' | 'not-found' | 'above' | 'last-owner' | 'own' | 'break-glass';

const memberRow = z.object({
  person_id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  client_ids: z.array(z.string()).nullable(),
  has_totp: z.boolean(),
  has_passkey: z.boolean(),
  signs_on: z.boolean(),
  last_sign_in_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
});

/** The people of the context's MSP by name, those who were shut out last; at most 1,000. */
export async function listMembers(tx: Tx): Promise<Member[]> {
  const rows = z.array(memberRow).parse(await tx.$queryRaw`SELECT * FROM identity.list_members()`);
  return rows.map((row) => ({
    personId: row.person_id,
    name: row.name,
    email: row.email,
    role: row.role,
    clientIds: row.client_ids ?? '*',
    hasTotp: row.has_totp,
    hasPasskey: row.has_passkey,
    signsOn: row.signs_on,
    lastSignInAt: row.last_sign_in_at,
    revokedAt: row.revoked_at,
  }));
}

/** Gives a person another role and other clients. Holds every membership of the MSP until commit. */
export async function changeMember(
  tx: Tx,
  personId: string,
  role: Role,
  clientIds: '*' | readonly string[],
): Promise<MemberChange> {
  const ids = clientIds === '*' ? null : [...clientIds];
  return changeIn(
    await tx.$queryRaw`SELECT identity.change_member(${personId}::uuid, ${role}, ${ids}::uuid[]) AS change`,
  );
}

/** Shuts a person out and ends their sessions of the MSP. */
export async function deactivateMember(tx: Tx, personId: string): Promise<MemberChange> {
  return changeIn(await tx.$queryRaw`SELECT identity.deactivate_member(${personId}::uuid) AS change`);
}

/** Lets a person in again who was shut out. */
export async function reactivateMember(tx: Tx, personId: string): Promise<MemberChange> {
  return changeIn(await tx.$queryRaw`SELECT identity.reactivate_member(${personId}::uuid) AS change`);
}

function changeIn(rows: unknown): MemberChange {
  const change = z.enum(['done', 'not-found', 'above', 'last-owner', 'own', 'break-glass']);
  return z.tuple([z.object({ change })]).parse(rows)[0].change;
}

/** Names of the members by their id. */
export async function memberNames(tx: Tx): Promise<Map<string, string>> {
  return new Map((await listMembers(tx)).map(({ personId, name }) => [personId, name]));
}
