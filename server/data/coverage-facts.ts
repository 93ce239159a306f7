import { z } from 'zod';
import { STATUSES } from '@/domain/protection/verdict';
import type { Tx } from './database';
import { shownSystems } from './shown-systems';

const listedRow = z.object({
  clientId: z.string(),
  hostKey: z.string(),
  name: z.string(),
  kind: z.enum(['server', 'workstation', 'vm', 'database', 'nas', 'saas']).nullable(),
  siteName: z.string().nullable(),
});
const systemRow = z.object({
  clientId: z.string(),
  systemId: z.string(),
  name: z.string(),
  hostNames: z.array(z.string()),
  isBackedUp: z.boolean(),
  status: z.enum(STATUSES),
});
const importRow = z.object({
  importId: z.string(),
  clientId: z.string(),
  source: z.string(),
  machineCount: z.int(),
  importedAt: z.date(),
  importedByName: z.string(),
});
/** The list that holds for a client, as it was brought in. */
export type CurrentImport = z.output<typeof importRow>;

/** The list that holds for each of these clients that has one. */
export async function listCurrentImports(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
): Promise<CurrentImport[]> {
  const rows = await tx.$queryRaw`
    SELECT DISTINCT ON (client_id) import_id::text AS "importId", client_id::text AS "clientId", source,
      machine_count AS "machineCount", imported_at AS "importedAt", imported_by_name AS "importedByName"
    FROM app.inventory_import
    WHERE msp_id = ${mspId}::uuid AND client_id = ANY (${[...clientIds]}::uuid[]) AND undone_at IS NULL
    ORDER BY client_id, import_id DESC`;
  return z.array(importRow).parse(rows);
}

/** The machines in the inventories of these clients, by name. */
export async function listListedMachines(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
): Promise<z.output<typeof listedRow>[]> {
  const rows = await tx.inventoryItem.findMany({
    where: { mspId, clientId: { in: [...clientIds] }, endedAt: null },
    select: { clientId: true, hostKey: true, name: true, kind: true, siteName: true },
    orderBy: { hostKey: 'asc' },
  });
  return z.array(listedRow).parse(rows);
}

/** The systems of these clients that are in the lists, each with all of its names and whether anything backs it up, by name. */
export async function listKnownSystems(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  now: Date,
): Promise<z.output<typeof systemRow>[]> {
  const rows = await tx.$queryRaw`
    WITH ${shownSystems(mspId, now)}, named AS (
      SELECT coalesce(y.merged_into_id, y.system_id) AS system_id,
        array_agg(y.host_key ORDER BY y.merged_into_id IS NOT NULL, y.host_key) AS host_names,
        bool_or(EXISTS (SELECT FROM app.job j WHERE j.msp_id = ${mspId}::uuid AND j.system_id = y.system_id)
          OR EXISTS (SELECT FROM app.recovery_point p JOIN app.data_set d
            ON d.msp_id = ${mspId}::uuid AND d.data_set_id = p.data_set_id
            WHERE p.msp_id = ${mspId}::uuid AND d.system_id = y.system_id AND p.vanished_at IS NULL)) AS is_backed_up
      FROM app.system y
      WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ANY (${[...clientIds]}::uuid[])
        AND (y.archived_at IS NULL OR y.merged_into_id IS NOT NULL)
      GROUP BY 1
    )
    SELECT s.client_id::text AS "clientId", s.system_id::text AS "systemId", s.name, n.host_names AS "hostNames",
      n.is_backed_up AS "isBackedUp", s.status
    FROM shown s JOIN named n ON n.system_id = s.system_id
    WHERE s.client_id = ANY (${[...clientIds]}::uuid[])
    ORDER BY lower(s.name), s.system_id`;
  return z.array(systemRow).parse(rows);
}
