import { z } from 'zod';
import type { Database, Tx } from './database';

type Hash = Uint8Array<ArrayBuffer>;

/** A key by which a program reads evidence. */
export interface ListedApiKey {
  readonly apiKeyId: string;
  readonly name: string;
  /** '*': every client of the MSP. */
  readonly clientIds: '*' | readonly string[];
  readonly createdByName: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Within a minute; null: never. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const keyRow = z.object({
  api_key_id: z.string(),
  name: z.string(),
  client_ids: z.array(z.string()).nullable(),
  created_by_name: z.string(),
  created_at: z.date(),
  expires_at: z.date(),
  last_used_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
});

/** The keys of the context's MSP, newest first, at most 500; none to a scope of single clients. */
export async function listApiKeys(tx: Tx): Promise<ListedApiKey[]> {
  const rows = z.array(keyRow).parse(await tx.$queryRaw`SELECT * FROM identity.list_api_keys()`);
  return rows.map((row) => ({
    apiKeyId: row.api_key_id,
    name: row.name,
    clientIds: row.client_ids ?? '*',
    createdByName: row.created_by_name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }));
}

/** false: one of the clients is not there. */
export async function insertApiKey(
  tx: Tx,
  key: {
    apiKeyId: string;
    name: string;
    keyHash: Hash;
    clientIds: '*' | readonly string[];
    expiresAt: Date;
    byName: string;
  },
): Promise<boolean> {
  const ids = key.clientIds === '*' ? null : [...key.clientIds];
  const rows =
    await tx.$queryRaw`SELECT identity.make_api_key(${key.apiKeyId}::uuid, ${key.name}, ${key.keyHash}::bytea,
    ${ids}::uuid[], ${key.expiresAt}::timestamptz, ${key.byName}) AS "isMade"`;
  return z.tuple([z.object({ isMade: z.boolean() })]).parse(rows)[0].isMade;
}

/** false: not there, or revoked before. */
export async function revokeApiKey(tx: Tx, apiKeyId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.revoke_api_key(${apiKeyId}::uuid) AS "isDone"`;
  return z.tuple([z.object({ isDone: z.boolean() })]).parse(rows)[0].isDone;
}

/** Whose a key is. */
export interface LiveApiKey {
  readonly apiKeyId: string;
  readonly mspId: string;
  readonly clientIds: '*' | readonly string[];
}

/** null: nobody's, revoked or expired. Never cached: asked at each request. */
export async function resolveApiKey(database: Database, keyHash: Hash): Promise<LiveApiKey | null> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT * FROM identity.resolve_api_key(${keyHash}::bytea)`,
  );
  const [row] = z
    .array(
      z.object({ api_key_id: z.string(), msp_id: z.string(), client_ids: z.array(z.string()).nullable() }),
    )
    .parse(rows);
  return row ? { apiKeyId: row.api_key_id, mspId: row.msp_id, clientIds: row.client_ids ?? '*' } : null;
}
