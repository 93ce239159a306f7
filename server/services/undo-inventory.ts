import { appendAuditEvent } from '../data/audit';
import { beginCoverage } from '../data/coverage-due';
import type { Database } from '../data/database';
import {
  findInventoryImport,
  lockInventory,
  newestInventoryImport,
  undoInventoryImport,
} from '../data/inventory-lists';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/**
 * Takes back the newest import of a client: the list before it holds again.
 * @throws AppError `not-found` for one that is not there or undone already, `conflict` for one that is not the newest
 */
export async function undoInventory(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  importId: string,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const seen = await findInventoryImport(tx, mspId, importId);
    if (!seen) throw nothingHere();
    await lockInventory(tx, mspId, seen.clientId);
    // Again: it may have been undone while we waited for the lock.
    const found = await findInventoryImport(tx, mspId, importId);
    if (!found) throw nothingHere();
    if ((await newestInventoryImport(tx, mspId, found.clientId)) !== importId)
      throw new AppError('conflict', 'A newer list took its place. Undo that one first.');
    await undoInventoryImport(tx, mspId, importId, { by: personId, at: new Date(nowMs) });
    await beginCoverage(tx, mspId, found.clientId, new Date(nowMs));
    await appendAuditEvent(tx, {
      action: 'inventory.import-undone',
      clientId: found.clientId,
      target: { importId },
      details: { source: found.source },
    });
  });
}
