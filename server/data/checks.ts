import { z } from 'zod';
import { verificationDepth } from '@/domain/protection/policy-schema';
import type { Tx } from './database';
import { instant } from './fact-rows';

const restoreTestRow = z.object({
  restoreTestId: z.string(),
  systemId: z.string(),
  systemName: z.string(),
  repositoryName: z.string(),
  pointKey: z.string(),
  level: z.enum(['L1', 'L2', 'L3', 'L4', 'L5']),
  result: z.enum(['passed', 'failed', 'error', 'skipped']),
  method: z.string(),
  startedAt: instant,
  endedAt: instant,
  detail: z
    .looseObject({
      files: z
        .looseObject({
          matched: z.number().nullish(),
          mismatched: z.number().nullish(),
          missing: z.number().nullish(),
        })
        .nullish(),
      bytes_restored: z.number().nullish(),
      restore_seconds: z.number().nullish(),
      bytes_per_second: z.number().nullish(),
      message: z.string().nullish(),
    })
    .catch({}),
  /** null: a person recorded it. */
  rawReportId: z.string().nullable(),
  /** The record that was made of it; null: none yet. */
  recordId: z.string().nullable(),
});
/** A restore test as a row of a list. */
export type ListedRestoreTest = z.output<typeof restoreTestRow>;

/** Restore tests of these systems' points, newest first. */
export async function listRestoreTests(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  limit: number,
): Promise<ListedRestoreTest[]> {
  const rows = await tx.$queryRaw`
    SELECT t.restore_test_id::text AS "restoreTestId", y.system_id::text AS "systemId", y.name AS "systemName",
      o.name AS "repositoryName", p.point_key AS "pointKey", t.level, t.result, t.method, t.started_at AS "startedAt",
      t.ended_at AS "endedAt", t.detail, t.raw_report_id::text AS "rawReportId",
      coalesce(t.record_id, d.record_id)::text AS "recordId"
    FROM app.restore_test t
    LEFT JOIN app.restore_record d ON d.msp_id = ${mspId}::uuid AND d.restore_test_id = t.restore_test_id
    JOIN app.recovery_point p ON p.msp_id = ${mspId}::uuid AND p.point_id = t.point_id
    JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = p.system_id
    JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = t.repository_id
    WHERE t.msp_id = ${mspId}::uuid AND t.withdrawn_at IS NULL AND p.system_id = ANY (${[...systemIds]}::uuid[])
    ORDER BY t.ended_at DESC, t.restore_test_id LIMIT ${limit}`;
  return z.array(restoreTestRow).parse(rows);
}

const verificationRow = z.object({
  verificationId: z.string(),
  repositoryId: z.string(),
  repositoryName: z.string(),
  depth: verificationDepth,
  result: z.enum(['ok', 'problems', 'error']),
  coveragePercent: z.number().nullable(),
  endedAt: instant,
  errors: z.int().nullable(),
  message: z.string().nullable(),
  rawReportId: z.string(),
});
/** A verification of a repository as a row of a list. */
export type ListedVerification = z.output<typeof verificationRow>;

/** Verifications of these repositories, newest first. */
export async function listVerifications(
  tx: Tx,
  mspId: string,
  repositoryIds: readonly string[],
  limit: number,
): Promise<ListedVerification[]> {
  const rows = await tx.$queryRaw`
    SELECT v.verification_id::text AS "verificationId", v.repository_id::text AS "repositoryId",
      o.name AS "repositoryName", v.depth, v.result, v.coverage_percent AS "coveragePercent", v.ended_at AS "endedAt",
      v.errors, v.message, v.raw_report_id::text AS "rawReportId"
    FROM app.verification v
    JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = v.repository_id
    WHERE v.msp_id = ${mspId}::uuid AND v.repository_id = ANY (${[...repositoryIds]}::uuid[])
    ORDER BY v.ended_at DESC, v.verification_id LIMIT ${limit}`;
  return z.array(verificationRow).parse(rows);
}
