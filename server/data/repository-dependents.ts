import { z } from 'zod';
import { STORED_STATUS_LAG_MAX } from '@/domain/protection/stored-status';
import type { CopyVerdict } from '@/domain/protection/verdict';
import type { Tx } from './database';
import { storedVerdictRow } from './stored-verdicts';

/** A data set that is written to a repository, and what the repository is worth to it. */
export interface Dependent {
  readonly systemId: string;
  readonly systemName: string;
  readonly dataSetId: string;
  readonly dataSetName: string;
  readonly pointCount: number;
  /** null: it has none there now. */
  readonly newestTakenAt: Date | null;
  /** As last evaluated; null: never, not since the repository came, or too long ago to be relied on. */
  readonly copy: CopyVerdict | null;
}

const row = z.object({
  systemId: z.string(),
  systemName: z.string(),
  dataSetId: z.string(),
  dataSetName: z.string(),
  pointCount: z.int(),
  newestTakenAt: z.date().nullable(),
  verdict: storedVerdictRow.shape.verdict.nullable(),
});

/** The data sets with points or jobs in a repository, by system, at most 500. */
export async function listDependents(
  tx: Tx,
  mspId: string,
  repositoryId: string,
  now: Date,
): Promise<Dependent[]> {
  const overdueBefore = new Date(now.getTime() - STORED_STATUS_LAG_MAX);
  const rows = await tx.$queryRaw`
    WITH held AS (
      SELECT p.data_set_id, count(*)::int AS points, max(p.taken_at) AS newest
      FROM app.recovery_point p
      WHERE p.msp_id = ${mspId}::uuid AND p.repository_id = ${repositoryId}::uuid AND p.vanished_at IS NULL
      GROUP BY p.data_set_id
    ),
    written AS (
      SELECT data_set_id FROM held
      UNION SELECT j.data_set_id FROM app.job j
        WHERE j.msp_id = ${mspId}::uuid AND j.repository_id = ${repositoryId}::uuid AND j.data_set_id IS NOT NULL
    )
    SELECT y.system_id::text AS "systemId", y.name AS "systemName", d.data_set_id::text AS "dataSetId",
      d.name AS "dataSetName", coalesce(h.points, 0) AS "pointCount", h.newest AS "newestTakenAt",
      CASE WHEN coalesce(least(v.changes_at, t.dirty_at) > ${overdueBefore}::timestamptz, true) THEN v.verdict END AS verdict
    FROM written w
    JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.data_set_id = w.data_set_id AND d.archived_at IS NULL
    JOIN app.system n ON n.msp_id = ${mspId}::uuid AND n.system_id = d.system_id
    JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = coalesce(n.merged_into_id, n.system_id)
      AND y.archived_at IS NULL
    LEFT JOIN held h ON h.data_set_id = d.data_set_id
    LEFT JOIN app.system_status t ON t.msp_id = ${mspId}::uuid AND t.system_id = y.system_id
    LEFT JOIN app.verdict c ON c.msp_id = ${mspId}::uuid AND c.data_set_id = d.data_set_id
    LEFT JOIN app.verdict v ON v.msp_id = ${mspId}::uuid AND v.data_set_id = coalesce(c.counted_in_id, d.data_set_id)
      AND v.system_id = y.system_id
    ORDER BY lower(y.name), y.system_id, d.name, d.data_set_id LIMIT 500`;
  return z
    .array(row)
    .parse(rows)
    .map(({ verdict, ...rest }) => ({
      ...rest,
      copy: verdict?.copies.find((copy) => copy.repositoryId === repositoryId) ?? null,
    }));
}
