import { z } from 'zod';
import type { Tx } from './database';
import { beginningPattern, holdingPattern } from './like-pattern';

const row = z.object({
  systemId: z.string(),
  name: z.string(),
  kind: z.enum(['server', 'workstation', 'vm', 'database', 'nas', 'saas']),
});
/** A system that another one of its client may be merged into. */
type MergeTarget = z.output<typeof row>;

export interface MergeTargets {
  /** Those whose name begins with the text first, then by name. */
  readonly targets: readonly MergeTarget[];
  /** Whether more were found than are told. */
  readonly hasMore: boolean;
}

const TARGETS_MAX = 20;

/**
 * What a system may be merged into: others of its client that are in the lists and hold `text` in one of their names (empty:
 * all), at most 20.
 * @returns null: the system is not there, or another MSP's
 */
export async function findMergeTargets(
  tx: Tx,
  mspId: string,
  systemId: string,
  text: string,
): Promise<MergeTargets | null> {
  const system = await tx.system.findFirst({ where: { mspId, systemId }, select: { clientId: true } });
  if (!system) return null;
  const pattern = holdingPattern(text);
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.name, y.kind FROM app.system y
    WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ${system.clientId}::uuid AND y.archived_at IS NULL
      AND y.system_id <> ${systemId}::uuid AND (y.name ILIKE ${pattern} OR EXISTS (SELECT FROM app.system n
        WHERE n.msp_id = ${mspId}::uuid AND n.merged_into_id = y.system_id AND n.name ILIKE ${pattern}))
    ORDER BY y.name ILIKE ${beginningPattern(text)} DESC, lower(y.name), y.system_id LIMIT ${TARGETS_MAX + 1}`;
  const found = z.array(row).parse(rows);
  return { targets: found.slice(0, TARGETS_MAX), hasMore: found.length > TARGETS_MAX };
}

/** Whether its client has another system in the lists. */
export async function hasMergeTargets(
  tx: Tx,
  mspId: string,
  { systemId, clientId }: { systemId: string; clientId: string },
): Promise<boolean> {
  const other = await tx.system.findFirst({
    where: { mspId, clientId, archivedAt: null, NOT: { systemId } },
    select: { systemId: true },
  });
  return other !== null;
}
