import { v7 } from 'uuid';
import { z } from 'zod';
import type { ListedMachine } from '@/domain/coverage/inventory-columns';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

const row = z.object({
  itemId: z.string(),
  hostKey: z.string(),
  name: z.string(),
  kind: z.enum(['server', 'workstation', 'vm', 'database', 'nas', 'saas']).nullable(),
  siteName: z.string().nullable(),
});
/** A machine of the inventory that holds. */
export type InventoryItem = z.output<typeof row>;

/** Lists of a client are brought in and undone one after the other, until the end of the transaction. */
export async function lockInventory(tx: Tx, mspId: string, clientId: string): Promise<void> {
  await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(74, hashtext(${`${mspId} ${clientId}`})))::int AS locked`;
}

/** The inventory of a client now, by name. */
export async function listInventory(tx: Tx, mspId: string, clientId: string): Promise<InventoryItem[]> {
  const rows = await tx.inventoryItem.findMany({
    where: { mspId, clientId, endedAt: null },
    select: { itemId: true, hostKey: true, name: true, kind: true, siteName: true },
    orderBy: [{ hostKey: 'asc' }],
  });
  return z.array(row).parse(rows);
}

/** A list as it was brought in; the newest can be undone. */
export interface InventoryImport {
  readonly importId: string;
  readonly clientId: string;
  readonly source: string;
  readonly machineCount: number;
  readonly importedAt: Date;
  readonly importedBy: string;
  readonly importedByName: string;
}

export async function insertInventoryImport(tx: Tx, mspId: string, made: InventoryImport): Promise<void> {
  await tx.inventoryImport.create({ data: { mspId, ...made }, select: { importId: true } });
}

export async function insertInventoryItems(
  tx: Tx,
  mspId: string,
  { clientId, importId, importedAt }: Pick<InventoryImport, 'clientId' | 'importId' | 'importedAt'>,
  machines: readonly ListedMachine[],
): Promise<void> {
  const rows = machines.map(({ hostKey, name, kind, siteName }) => ({
    item_id: v7(),
    host_key: hostKey,
    name,
    kind,
    site_name: siteName,
  }));
  await tx.$executeRaw`
    INSERT INTO app.inventory_item (msp_id, item_id, client_id, import_id, host_key, name, kind, site_name, imported_at)
    SELECT ${mspId}::uuid, r.item_id, ${clientId}::uuid, ${importId}::uuid, r.host_key, r.name, r.kind, r.site_name,
      ${importedAt}
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r (item_id uuid, host_key text, name text, kind text, site_name text)`;
}

/** Ends what a new list says otherwise, or leaves out. */
export async function endInventoryItems(
  tx: Tx,
  mspId: string,
  itemIds: readonly string[],
  { importId, importedAt }: Pick<InventoryImport, 'importId' | 'importedAt'>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE app.inventory_item SET ended_at = ${importedAt}, ended_by_import_id = ${importId}::uuid
    WHERE msp_id = ${mspId}::uuid AND item_id = ANY (${[...itemIds]}::uuid[]) AND ended_at IS NULL`;
}

/** Whose an import is that was not undone; null: not there, or another MSP's. */
export async function findInventoryImport(
  tx: Tx,
  mspId: string,
  importId: string,
): Promise<{ clientId: string; source: string } | null> {
  return tx.inventoryImport.findFirst({
    where: { mspId, importId, undoneAt: null },
    select: { clientId: true, source: true },
  });
}

/** The newest import of a client that was not undone; null: none. */
export async function newestInventoryImport(tx: Tx, mspId: string, clientId: string): Promise<string | null> {
  const newest = await tx.inventoryImport.findFirst({
    where: { mspId, clientId, undoneAt: null },
    select: { importId: true },
    orderBy: { importId: 'desc' },
  });
  return newest?.importId ?? null;
}

/** Ends what an import brought, and brings back what it ended. */
export async function undoInventoryImport(
  tx: Tx,
  mspId: string,
  importId: string,
  { by, at }: { by: string; at: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE app.inventory_item SET ended_at = ${at}, ended_by_import_id = ${importId}::uuid
    WHERE msp_id = ${mspId}::uuid AND import_id = ${importId}::uuid AND ended_at IS NULL`;
  await tx.$executeRaw`
    UPDATE app.inventory_item SET ended_at = NULL, ended_by_import_id = NULL
    WHERE msp_id = ${mspId}::uuid AND ended_by_import_id = ${importId}::uuid AND import_id <> ${importId}::uuid`;
  await tx.inventoryImport.updateMany({
    where: { mspId, importId },
    data: { undoneAt: at, undoneBy: by },
  });
}
