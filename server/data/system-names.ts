import { z } from 'zod';
import type { Tx } from './database';

const row = z.object({
  systemId: z.string(),
  name: z.string(),
  mergedAt: z.date(),
  mergedByName: z.string(),
  reason: z.string(),
});
/** A system that is merged into another one: a further name of the same machine. */
export type SystemName = z.output<typeof row>;

/** What is merged into a system, by name. */
export async function listSystemNames(tx: Tx, mspId: string, systemId: string): Promise<SystemName[]> {
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.name, d.decided_at AS "mergedAt", d.decided_by_name AS "mergedByName", d.reason
    FROM app.system y
    JOIN app.inbox_decision d ON d.msp_id = ${mspId}::uuid AND d.system_id = y.system_id AND d.undone_at IS NULL
    WHERE y.msp_id = ${mspId}::uuid AND y.merged_into_id = ${systemId}::uuid
    ORDER BY lower(y.name), y.system_id`;
  return z.array(row).parse(rows);
}

/** What a system is merged into; null: nothing, or it is not there. */
export async function findMergedInto(tx: Tx, mspId: string, systemId: string): Promise<string | null> {
  const found = await tx.system.findFirst({ where: { mspId, systemId }, select: { mergedIntoId: true } });
  return found?.mergedIntoId ?? null;
}
