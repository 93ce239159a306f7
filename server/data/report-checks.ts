import type { Tx } from './database';
import { jsonRows } from './json-rows';

export interface KeptVerification {
  readonly verificationId: string;
  readonly repositoryId: string;
  readonly verificationKey: string;
  readonly depth: 'structure' | 'data-subset' | 'data';
  readonly result: string;
  readonly coveragePercent: number | null;
  readonly startedAt: string | null;
  readonly endedAt: string;
  readonly errors: number | null;
  readonly damaged: readonly string[];
  readonly exitCode: number | null;
  readonly message: string | null;
}

/** Keeps integrity checks; one that is known already is left as it is. */
export async function saveVerifications(
  tx: Tx,
  mspId: string,
  clientId: string,
  verifications: readonly KeptVerification[],
  rawReportId: string,
): Promise<void> {
  if (verifications.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.verification (msp_id, verification_id, client_id, repository_id, verification_key, depth, result,
      coverage_percent, started_at, ended_at, errors, damaged, exit_code, message, raw_report_id)
    SELECT ${mspId}::uuid, r."verificationId", ${clientId}::uuid, r."repositoryId", r."verificationKey", r.depth, r.result,
      r."coveragePercent", r."startedAt", r."endedAt", r.errors, r.damaged, r."exitCode", r.message, ${rawReportId}::uuid
    FROM jsonb_to_recordset(${jsonRows(verifications)}::jsonb) AS r ("verificationId" uuid, "repositoryId" uuid,
      "verificationKey" text, depth text, result text, "coveragePercent" float8, "startedAt" timestamptz,
      "endedAt" timestamptz, errors int, damaged text[], "exitCode" int, message text)
    ON CONFLICT (msp_id, repository_id, verification_key) DO NOTHING`;
}

export interface KeptRestoreTest {
  readonly restoreTestId: string;
  readonly repositoryId: string;
  readonly pointKey: string;
  readonly testKey: string;
  readonly level: string;
  readonly result: string;
  readonly method: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly detail: object;
}

/** Keeps restore tests of points that are known; one that is known already is left as it is, and what answers a drill is none. */
export async function saveRestoreTests(
  tx: Tx,
  mspId: string,
  clientId: string,
  tests: readonly KeptRestoreTest[],
  rawReportId: string,
): Promise<void> {
  if (tests.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.restore_test (msp_id, restore_test_id, client_id, repository_id, point_id, test_key, level, result,
      method, started_at, ended_at, detail, raw_report_id)
    SELECT ${mspId}::uuid, r."restoreTestId", ${clientId}::uuid, r."repositoryId", p.point_id, r."testKey", r.level,
      r.result, r.method, r."startedAt", r."endedAt", r.detail, ${rawReportId}::uuid
    FROM jsonb_to_recordset(${jsonRows(tests)}::jsonb) AS r ("restoreTestId" uuid, "repositoryId" uuid, "pointKey" text,
      "testKey" text, level text, result text, method text, "startedAt" timestamptz, "endedAt" timestamptz, detail jsonb)
    JOIN app.recovery_point p
      ON p.msp_id = ${mspId}::uuid AND p.repository_id = r."repositoryId" AND p.point_key = r."pointKey"
    WHERE NOT EXISTS (SELECT FROM app.restore_request q
      WHERE q.msp_id = ${mspId}::uuid AND q.is_drill AND q.request_id::text = r."testKey")
    ON CONFLICT (msp_id, repository_id, test_key) DO NOTHING`;
}
