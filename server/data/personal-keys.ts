import { z } from 'zod';
import { API_SCOPES, type ApiScope } from '@/domain/access/api-scopes';
import { MSP_ROLES, type Role } from '@/domain/access/permissions';
import type { Database, Tx } from './database';

type Hash = Uint8Array<ArrayBuffer>;

/** A scope that a later version took away stands for nothing. */
const scopes = z.array(z.string()).transform((given) => API_SCOPES.filter((scope) => given.includes(scope)));

/** A key by which a program acts as a person. */
export interface ListedPersonalKey {
  readonly personalKeyId: string;
  readonly personId: string;
  readonly personName: string;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  /** '*': every client that the person sees. */
  readonly clientIds: '*' | readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Within a minute; null: never. */
  readonly lastUsedAt: Date | null;
  /** When it was revoked or its person was shut out; null: neither. */
  readonly revokedAt: Date | null;
}

const listedRow = z.object({
  personal_key_id: z.string(),
  person_id: z.string(),
  person_name: z.string(),
  name: z.string(),
  scopes,
  client_ids: z.array(z.string()).nullable(),
  created_at: z.date(),
  expires_at: z.date(),
  last_used_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
});

/** The keys of the context's person, or all of the MSP to who manages its people; newest first, at most 500. */
export async function listPersonalKeys(tx: Tx): Promise<ListedPersonalKey[]> {
  const rows = z.array(listedRow).parse(await tx.$queryRaw`SELECT * FROM identity.list_personal_keys()`);
  return rows.map((row) => ({
    personalKeyId: row.personal_key_id,
    personId: row.person_id,
    personName: row.person_name,
    name: row.name,
    scopes: row.scopes,
    clientIds: row.client_ids ?? '*',
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }));
}

/** Of the context's person. false: one of the clients is not there. */
export async function insertPersonalKey(
  tx: Tx,
  key: {
    readonly personalKeyId: string;
    readonly name: string;
    readonly keyHash: Hash;
    readonly scopes: readonly ApiScope[];
    readonly clientIds: '*' | readonly string[];
    readonly expiresAt: Date;
  },
): Promise<boolean> {
  const ids = key.clientIds === '*' ? null : [...key.clientIds];
  const rows =
    await tx.$queryRaw`SELECT identity.make_personal_key(${key.personalKeyId}::uuid, ${key.name}, ${key.keyHash}::bytea,
    ${[...key.scopes]}::text[], ${ids}::uuid[], ${key.expiresAt}::timestamptz) AS "isMade"`;
  return z.tuple([z.object({ isMade: z.boolean() })]).parse(rows)[0].isMade;
}

/** false: not there, not the context's to revoke, or revoked before. */
export async function revokePersonalKey(tx: Tx, personalKeyId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.revoke_personal_key(${personalKeyId}::uuid) AS "isDone"`;
  return z.tuple([z.object({ isDone: z.boolean() })]).parse(rows)[0].isDone;
}

/** As whom a key acts, and what it is good for. */
export interface LivePersonalKey {
  readonly personalKeyId: string;
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly mspId: string;
  readonly role: Role;
  /** What its person sees now; '*': every client of the MSP. */
  readonly clientIds: '*' | readonly string[];
  readonly keyClientIds: '*' | readonly string[];
  readonly scopes: readonly ApiScope[];
  readonly expiresAt: Date;
}

const liveRow = z.object({
  personal_key_id: z.string(),
  person_id: z.string(),
  name: z.string(),
  email: z.string(),
  msp_id: z.string(),
  role: z.enum(MSP_ROLES),
  client_ids: z.array(z.string()).nullable(),
  key_client_ids: z.array(z.string()).nullable(),
  scopes,
  expires_at: z.date(),
});

/** null: nobody's, revoked, at its end, or of a person who may not act by it. Never cached: asked at each request. */
export async function resolvePersonalKey(database: Database, keyHash: Hash): Promise<LivePersonalKey | null> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT * FROM identity.resolve_personal_key(${keyHash}::bytea)`,
  );
  const [row] = z.array(liveRow).parse(rows);
  if (!row) return null;
  return {
    personalKeyId: row.personal_key_id,
    personId: row.person_id,
    name: row.name,
    email: row.email,
    mspId: row.msp_id,
    role: row.role,
    clientIds: row.client_ids ?? '*',
    keyClientIds: row.key_client_ids ?? '*',
    scopes: row.scopes,
    expiresAt: row.expires_at,
  };
}

/** What was answered to a request before. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string | null;
}

const claimRow = z.object({
  state: z.enum(['mine', 'answered', 'under-way', 'other']),
  status: z.int().nullable(),
  body: z.string().nullable(),
  content_type: z.string().nullable(),
});

/**
 * Claims a request that a program marked with `idempotencyKey`: 'mine' (do it, then keep its answer), what was answered before,
 * 'under-way' (claimed and not answered yet), or 'other' (the mark stood on another request).
 */
export async function claimAnswer(
  database: Database,
  personalKeyId: string,
  idempotencyKey: string,
  requestSha256: Hash,
): Promise<'mine' | 'under-way' | 'other' | KeptAnswer> {
  const rows = await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT * FROM identity.claim_answer(${personalKeyId}::uuid, ${idempotencyKey}, ${requestSha256}::bytea)`,
  );
  const [{ state, status, body, content_type: contentType }] = z.tuple([claimRow]).parse(rows);
  if (state === 'answered') return { status: status ?? 204, body: body ?? '', contentType };
  return state;
}

/** Keeps the answer to a claimed request for a day; null: it did nothing, and may be sent again. */
export async function keepAnswer(
  database: Database,
  personalKeyId: string,
  idempotencyKey: string,
  answer: KeptAnswer | null,
): Promise<void> {
  await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT identity.keep_answer(${personalKeyId}::uuid, ${idempotencyKey}, ${answer?.status ?? null}::int,
        ${answer?.body ?? null}, ${answer?.contentType ?? null})::text`,
  );
}
