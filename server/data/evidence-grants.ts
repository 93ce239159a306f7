import { z } from 'zod';
import type { Tx } from './database';

/** A grant as owners and admins see it. */
export interface ListedGrant {
  readonly grantId: string;
  readonly name: string;
  readonly email: string;
  /** null: has not accepted the invitation yet. */
  readonly personId: string | null;
  readonly clientIds: readonly string[];
  /** First and last day, YYYY-MM-DD. */
  readonly periodFrom: string;
  readonly periodTo: string;
  readonly purpose: string;
  readonly grantedByName: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly lastSignInAt: Date | null;
}

const grantRow = z.object({
  grant_id: z.string(),
  name: z.string(),
  email: z.string(),
  person_id: z.string().nullable(),
  client_ids: z.array(z.string()),
  period_from: z.string(),
  period_to: z.string(),
  purpose: z.string(),
  granted_by_name: z.string(),
  created_at: z.date(),
  expires_at: z.date(),
  revoked_at: z.date().nullable(),
  last_sign_in_at: z.date().nullable(),
});

/** The grants of the context's MSP, newest first, at most 1,000; none to a scope of single clients. */
export async function listGrants(tx: Tx): Promise<ListedGrant[]> {
  const rows = z.array(grantRow).parse(await tx.$queryRaw`SELECT * FROM identity.list_grants()`);
  return rows.map((row) => ({
    grantId: row.grant_id,
    name: row.name,
    email: row.email,
    personId: row.person_id,
    clientIds: row.client_ids,
    periodFrom: row.period_from,
    periodTo: row.period_to,
    purpose: row.purpose,
    grantedByName: row.granted_by_name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastSignInAt: row.last_sign_in_at,
  }));
}

/** null: not there, or another MSP's. */
export async function findGrant(tx: Tx, grantId: string): Promise<ListedGrant | null> {
  return (await listGrants(tx)).find((grant) => grant.grantId === grantId) ?? null;
}

export interface NewGrant {
  readonly grantId: string;
  readonly name: string;
  readonly email: string;
  readonly clientIds: readonly string[];
  readonly periodFrom: string;
  readonly periodTo: string;
  readonly purpose: string;
  readonly expiresAt: Date;
  readonly byName: string;
}

/** `invited`: a link has to go out; `granted`: an auditor who was here before sees it at once; else nothing was made. */
export type GrantOutcome = 'invited' | 'granted' | 'granted-before' | 'member' | 'not-found';

export async function insertGrant(
  tx: Tx,
  grant: NewGrant,
  invitation: { invitationId: string; tokenHash: Uint8Array<ArrayBuffer>; expiresAt: Date },
): Promise<GrantOutcome> {
  const rows =
    await tx.$queryRaw`SELECT identity.make_grant(${grant.grantId}::uuid, ${grant.name}, ${grant.email},
    ${[...grant.clientIds]}::uuid[], ${grant.periodFrom}::date, ${grant.periodTo}::date, ${grant.purpose},
    ${grant.expiresAt}::timestamptz, ${grant.byName}, ${invitation.invitationId}::uuid, ${invitation.tokenHash}::bytea,
    ${invitation.expiresAt}::timestamptz) AS outcome`;
  const outcome = z.enum(['invited', 'granted', 'granted-before', 'member', 'not-found']);
  return z.tuple([z.object({ outcome })]).parse(rows)[0].outcome;
}

/** false: not there, or revoked. */
export async function extendGrant(tx: Tx, grantId: string, expiresAt: Date): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT identity.extend_grant(${grantId}::uuid, ${expiresAt}::timestamptz) AS "isDone"`;
  return z.tuple([z.object({ isDone: z.boolean() })]).parse(rows)[0].isDone;
}

/** The invitation that it ended too, or its own id; null: not there, or revoked before. */
export async function revokeGrant(tx: Tx, grantId: string): Promise<string | null> {
  const rows = await tx.$queryRaw`SELECT identity.revoke_grant(${grantId}::uuid)::text AS ended`;
  return z.tuple([z.object({ ended: z.string().nullable() })]).parse(rows)[0].ended;
}
