import { z } from 'zod';
import type { Tx } from './database';

/** Keeps the hash of a new key; false: the client is not there. */
export async function insertManagementKey(
  tx: Tx,
  key: {
    readonly keyId: string;
    readonly clientId: string;
    readonly name: string;
    readonly keyHash: Buffer;
    readonly isReadOnly: boolean;
    readonly byName: string;
  },
): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT identity.make_management_key(${key.keyId}::uuid, ${key.clientId}::uuid, ${key.name},
    ${new Uint8Array(key.keyHash)}, ${key.isReadOnly}, ${key.byName}) AS "isMade"`;
  return z.tuple([z.object({ isMade: z.boolean() })]).parse(rows)[0].isMade;
}

/** Ends a key; false: it is not there, or was revoked. */
export async function revokeManagementKey(tx: Tx, keyId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.revoke_management_key(${keyId}::uuid) AS "isRevoked"`;
  return z.tuple([z.object({ isRevoked: z.boolean() })]).parse(rows)[0].isRevoked;
}

const keyRow = z.object({
  managementKeyId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  name: z.string(),
  isReadOnly: z.boolean(),
  createdByName: z.string(),
  createdAt: z.date(),
  revokedAt: z.date().nullable(),
});
/** A key by which a program manages a client's checks. */
export type ListedManagementKey = z.output<typeof keyRow>;

/** The keys of the scope's clients, newest first, at most 500. */
export async function listManagementKeys(tx: Tx, mspId: string): Promise<ListedManagementKey[]> {
  const rows = await tx.$queryRaw`
    SELECT k.key_id::text AS "managementKeyId", k.client_id::text AS "clientId", c.name AS "clientName", k.name,
      k.is_read_only AS "isReadOnly", k.created_by_name AS "createdByName", k.created_at AS "createdAt", k.revoked_at AS "revokedAt"
    FROM identity.list_management_keys() k
    JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = k.client_id
    ORDER BY k.created_at DESC, k.key_id`;
  return z.array(keyRow).parse(rows);
}

const pingKeyRow = z.object({ clientId: z.string(), clientName: z.string(), pingKey: z.string() });

/** The keys in the ping URLs of the scope's clients, by the clients' names, at most 1000. */
export async function listPingKeys(tx: Tx, mspId: string): Promise<z.output<typeof pingKeyRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT DISTINCT ON (c.name, c.client_id) c.client_id::text AS "clientId", c.name AS "clientName", k.ping_key AS "pingKey"
    FROM app.ping_key k JOIN app.client c ON c.msp_id = k.msp_id AND c.client_id = k.client_id
    WHERE k.msp_id = ${mspId}::uuid ORDER BY c.name, c.client_id, k.created_at DESC LIMIT 1000`;
  return z.array(pingKeyRow).parse(rows);
}
