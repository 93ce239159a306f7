import { z } from 'zod';
import type { Tx } from './database';
import { instant } from './fact-rows';

const row = z
  .object({
    restoreTestId: z.string(),
    pointId: z.string(),
    level: z.enum(['L1', 'L2', 'L3', 'L4', 'L5']),
    result: z.enum(['passed', 'failed', 'error', 'skipped']),
    method: z.string(),
    startedAt: instant,
    endedAt: instant,
    detail: z.unknown(),
    rawReportId: z.string(),
    rawReportSha256: z.string(),
    agentId: z.string(),
    agentName: z.string(),
    agentVersion: z.string().nullable(),
  })
  .transform(({ agentId, agentName, agentVersion, ...test }) => ({
    ...test,
    agent: { id: agentId, name: agentName, version: agentVersion },
  }));
/** A restore test that an agent reported and that has no record, with who reported it. */
export type UnrecordedTest = z.output<typeof row>;

/** Takes tests without a record for this transaction, oldest first; another worker skips them. */
export async function claimUnrecordedTests(tx: Tx, mspId: string, limit: number): Promise<UnrecordedTest[]> {
  const rows = await tx.$queryRaw`
    WITH mine AS MATERIALIZED (
      SELECT t.* FROM app.restore_test t WHERE t.msp_id = ${mspId}::uuid AND NOT t.is_recorded
      ORDER BY t.restore_test_id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    SELECT t.restore_test_id::text AS "restoreTestId", t.point_id::text AS "pointId", t.level, t.result, t.method,
      t.started_at AS "startedAt", t.ended_at AS "endedAt", t.detail, r.raw_report_id::text AS "rawReportId",
      encode(r.body_sha256, 'hex') AS "rawReportSha256", a.agent_id::text AS "agentId", a.name AS "agentName",
      a.version AS "agentVersion"
    FROM mine t JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = t.raw_report_id
    JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = r.agent_id
    ORDER BY t.ended_at, t.restore_test_id`;
  return z.array(row).parse(rows);
}

export async function markRecorded(tx: Tx, mspId: string, restoreTestIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`UPDATE app.restore_test SET is_recorded = true
    WHERE msp_id = ${mspId}::uuid AND restore_test_id = ANY (${[...restoreTestIds]}::uuid[])`;
}
