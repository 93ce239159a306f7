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
