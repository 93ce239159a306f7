import { z } from 'zod';
import type { Absence } from '@/domain/schedule/absence';
import type { Tx } from './database';
import { instant } from './fact-rows';
import type { FactSources } from './fact-sources';
import { groupBy } from './group-by';

const row = z.object({ systemId: z.string(), from: instant, until: instant, reason: z.string() });

/** When these systems, under any name of theirs, were declared off between two instants, by the system that each is part of. */
export async function listAbsences(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  { from, to }: { readonly from: Date; readonly to: Date },
  { declarations }: FactSources,
): Promise<ReadonlyMap<string, readonly Absence[]>> {
  const rows = await tx.$queryRaw`
    SELECT coalesce(y.merged_into_id, y.system_id)::text AS "systemId", (d.value ->> 'from')::timestamptz AS "from",
      d.valid_until AS until, d.reason
    FROM app.system y JOIN ${declarations} d ON d.msp_id = ${mspId}::uuid AND d.system_id = y.system_id
    WHERE y.msp_id = ${mspId}::uuid
      AND (y.system_id = ANY (${[...systemIds]}::uuid[]) OR y.merged_into_id = ANY (${[...systemIds]}::uuid[]))
      AND d.attribute = 'off' AND d.withdrawn_at IS NULL AND d.valid_until > ${from}::timestamptz
      AND (d.value ->> 'from')::timestamptz <= ${to}::timestamptz
    ORDER BY d.declared_at, d.declaration_id`;
  return groupBy(z.array(row).parse(rows), (one) => one.systemId);
}
