import { z } from 'zod';
import { STATUSES, type Verdict } from '@/domain/protection/verdict';
import type { Tx } from './database';

/** A data set's verdict as last evaluated. */
export interface StoredVerdict {
  readonly dataSetId: string;
  readonly dataSetName: string;
  readonly systemId: string;
  readonly verdict: Verdict;
}

// Written by evaluate-system only, from the type itself: enough is checked to tell it from anything else. Made once: a schema is
// compiled when it first parses.
const told = z.object({
  status: z.enum(STATUSES),
  reasons: z.array(z.object({ code: z.string() })),
  digits: z.record(z.string(), z.object({ actual: z.number() })),
  copies: z.array(z.object({ repositoryId: z.string() })),
  evaluatedAt: z.number(),
});
const verdictJson = z.custom<Verdict>((value) => told.safeParse(value).success);
export const storedVerdictRow = z.object({
  dataSetId: z.string(),
  dataSetName: z.string(),
  systemId: z.string(),
  verdict: verdictJson,
});

/** The verdicts of these systems, worst first; systems without data sets have none. */
export async function storedVerdicts(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
): Promise<StoredVerdict[]> {
  const rows = await tx.$queryRaw`
    SELECT v.data_set_id::text AS "dataSetId", d.name AS "dataSetName", v.system_id::text AS "systemId", v.verdict
    FROM app.verdict v
    JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.data_set_id = v.data_set_id AND d.archived_at IS NULL
    WHERE v.msp_id = ${mspId}::uuid AND v.system_id = ANY (${[...systemIds]}::uuid[]) AND v.counted_in_id IS NULL
    ORDER BY array_position(ARRAY['non-compliant', 'unknown', 'at-risk', 'compliant'], v.status), d.name, v.data_set_id`;
  return z.array(storedVerdictRow).parse(rows);
}
