import { v7 } from 'uuid';
import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import { insertClient } from '../data/clients';
import type { Database } from '../data/database';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine, timeZone } from './form-fields';

/** What the form sends. */
export const clientForm = z.strictObject({ name: textLine('the name of the client'), timeZone });
export type ClientForm = z.infer<typeof clientForm>;

/**
 * Makes a client of the scope's MSP; answers its id.
 * @throws AppError `conflict` when there is one of this name
 */
export async function createClient(
  database: Database,
  scope: TenantScope,
  form: ClientForm,
  nowMs: number,
): Promise<string> {
  const clientId = v7();
  await database.inScope(scope, async (tx) => {
    const isMade = await insertClient(tx, scope.mspId, { clientId, ...form, createdAt: new Date(nowMs) });
    if (!isMade) {
      const sentence = 'You have a client of this name already.';
      throw new AppError('conflict', sentence, { fields: { name: sentence } });
    }
    await appendAuditEvent(tx, {
      action: 'client.created',
      clientId,
      target: { clientId },
      details: { name: form.name, timeZone: form.timeZone },
    });
  });
  return clientId;
}
