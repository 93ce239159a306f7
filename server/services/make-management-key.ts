import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import type { Database } from '../data/database';
import { insertManagementKey, revokeManagementKey as endKey } from '../data/management-keys';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';
import { hashManagementKey } from './manage-checks';

/** What the form sends. */
export const managementKeyForm = z.strictObject({
  name: textLine('what the key is for'),
  clientId: z.uuid('Choose a client.'),
  isReadOnly: z.boolean(),
});

/**
 * Makes a key by which a program manages a client's ping checks: 32 characters, shown this once and kept as a hash.
 * @throws AppError `not-found` for a client that is not there
 */
export async function makeManagementKey(
  database: Database,
  scope: TenantScope,
  byName: string,
  { clientId, name, isReadOnly }: { clientId: string; name: string; isReadOnly: boolean },
): Promise<{ keyId: string; key: string }> {
  const key = randomBytes(24).toString('base64url');
  const keyId = v7();
  await database.inScope(scope, async (tx) => {
    const made = { keyId, clientId, name, keyHash: hashManagementKey(key), isReadOnly, byName };
    if (!(await findClient(tx, scope.mspId, clientId)) || !(await insertManagementKey(tx, made)))
      throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'management-key.made',
      clientId,
      target: { managementKeyId: keyId, clientId },
      details: { name, isReadOnly },
    });
  });
  return { keyId, key };
}

/**
 * Ends a key: its next request is refused.
 * @throws AppError `not-found` for one that is not there or was revoked
 */
export async function revokeManagementKey(
  database: Database,
  scope: TenantScope,
  keyId: string,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await endKey(tx, keyId))) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'management-key.revoked',
      clientId: null,
      target: { managementKeyId: keyId },
      details: {},
    });
  });
}
