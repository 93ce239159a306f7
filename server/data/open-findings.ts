import { z } from 'zod';
import type { Verdict } from '@/domain/protection/verdict';
import type { Tx } from './database';

const row = z.object({ dataSetId: z.string(), rule: z.string(), subjectId: z.string(), since: z.date() });

/**
 * Since when the open findings of a system's data sets hold: the newest facts alone do not tell how long it has been so. The answer takes a
 * verdict of a data set and gives its findings the earlier of both instants.
 */
export async function openFindingsSince(
  tx: Tx,
  mspId: string,
  systemId: string,
): Promise<(dataSetId: string, verdict: Verdict) => Verdict> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`
      SELECT data_set_id::text AS "dataSetId", rule, subject_id::text AS "subjectId", since FROM app.finding
      WHERE msp_id = ${mspId}::uuid AND system_id = ${systemId}::uuid AND closed_at IS NULL
        AND data_set_id IS NOT NULL`,
  );
  const known = new Map(
    rows.map((one) => [keyOf(one.dataSetId, one.rule, one.subjectId), one.since.getTime()]),
  );
  return (dataSetId, verdict) => ({
    ...verdict,
    findings: verdict.findings.map((finding) => ({
      ...finding,
      since: Math.min(
        finding.since,
        known.get(keyOf(dataSetId, finding.rule, finding.subject.id)) ?? finding.since,
      ),
    })),
  });
}

function keyOf(dataSetId: string, rule: string, subjectId: string): string {
  return `${dataSetId} ${rule} ${subjectId}`;
}
