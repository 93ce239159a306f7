import { z } from 'zod';
import type { Tx } from './database';

/** A system that stands for itself, with all that decides which policies hold for it. */
export interface SystemToPreview {
  readonly systemId: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientName: string;
  /** The client's. */
  readonly timeZone: string;
  /** Where it stands, by the inventory and by any declaration of a site, in force or not. */
  readonly siteIds: readonly string[];
}

const row = z.object({
  systemId: z.string(),
  name: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  timeZone: z.string(),
  siteIds: z.array(z.string()),
});

export async function countSystemsToPreview(tx: Tx, mspId: string): Promise<number> {
  return tx.system.count({ where: { mspId, archivedAt: null, mergedIntoId: null } });
}

/** The next systems by id after `after` (null: the first) of these ids, or (`*`) of all. */
export async function listSystemsToPreview(
  tx: Tx,
  mspId: string,
  of: readonly string[] | '*',
  { after, limit }: { after: string | null; limit: number },
): Promise<SystemToPreview[]> {
  const ids = of === '*' ? [] : [...of];
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.name, y.client_id::text AS "clientId", c.name AS "clientName",
      c.time_zone AS "timeZone",
      array_remove(y.site_id::text || ARRAY(SELECT d.value #>> '{}' FROM app.declaration d
        WHERE d.msp_id = ${mspId}::uuid AND d.system_id = y.system_id AND d.attribute = 'site'), NULL) AS "siteIds"
    FROM app.system y JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = y.client_id
    WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL AND y.merged_into_id IS NULL
      AND (${of === '*'} OR y.system_id = ANY (${ids}::uuid[]))
      AND y.system_id > coalesce(${after}::uuid, '00000000-0000-0000-0000-000000000000')
    ORDER BY y.system_id LIMIT ${limit}`;
  return z.array(row).parse(rows);
}
