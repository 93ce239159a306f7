import { z } from 'zod';
import type { PointOutcome } from '@/domain/protection/facts';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** A recovery point as it is kept; times in ISO 8601. */
export interface KeptPoint {
  readonly pointId: string;
  readonly systemId: string;
  readonly dataSetId: string;
  readonly repositoryId: string;
  readonly jobId: string | null;
  readonly pointKey: string;
  readonly takenAt: string;
  readonly completedAt: string | null;
  readonly isBackdated: boolean;
  readonly vanishedAt: string | null;
  readonly state: string;
  readonly outcome: PointOutcome;
  readonly capture: string | null;
  readonly sources: readonly string[];
  readonly logicalBytes: number | null;
  readonly storedBytes: number | null;
  readonly filesTotal: number | null;
  readonly immutableUntil: string | null;
}

const pointRow = z.object({
  point_id: z.string(),
  system_id: z.string(),
  data_set_id: z.string(),
  repository_id: z.string(),
  job_id: z.string().nullable(),
  point_key: z.string(),
  taken_at: z.date(),
  completed_at: z.date().nullable(),
  is_backdated: z.boolean(),
  vanished_at: z.date().nullable(),
  state: z.string(),
  outcome: z.enum(['claimed', 'not-seen', 'success', 'warning', 'cancelled', 'failed']),
  capture: z.string().nullable(),
  sources: z.array(z.string()),
  logical_bytes: z.bigint().nullable(),
  stored_bytes: z.bigint().nullable(),
  files_total: z.bigint().nullable(),
  immutable_until: z.date().nullable(),
});

/** Points of the given keys, and of repositories that are listed whole every point that is still there. */
export async function listKeptPoints(
  tx: Tx,
  mspId: string,
  repositoryIds: readonly string[],
  wholeRepositoryIds: readonly string[],
  pointKeys: readonly string[],
): Promise<KeptPoint[]> {
  if (repositoryIds.length === 0) return [];
  const rows =
    await tx.$queryRaw`SELECT point_id::text, system_id::text, data_set_id::text, repository_id::text,
      job_id::text, point_key, taken_at, completed_at, is_backdated, vanished_at, state, outcome, capture, sources,
      logical_bytes, stored_bytes, files_total, immutable_until
    FROM app.recovery_point WHERE msp_id = ${mspId}::uuid AND repository_id = ANY (${[...repositoryIds]}::uuid[])
      AND (point_key = ANY (${[...pointKeys]})
        OR (vanished_at IS NULL AND repository_id = ANY (${[...wholeRepositoryIds]}::uuid[])))`;
  return z
    .array(pointRow)
    .parse(rows)
    .map((row) => ({
      pointId: row.point_id,
      systemId: row.system_id,
      dataSetId: row.data_set_id,
      repositoryId: row.repository_id,
      jobId: row.job_id,
      pointKey: row.point_key,
      takenAt: row.taken_at.toISOString(),
      completedAt: row.completed_at?.toISOString() ?? null,
      isBackdated: row.is_backdated,
      vanishedAt: row.vanished_at?.toISOString() ?? null,
      state: row.state,
      outcome: row.outcome,
      capture: row.capture,
      sources: row.sources,
      logicalBytes: numberOf(row.logical_bytes),
      storedBytes: numberOf(row.stored_bytes),
      filesTotal: numberOf(row.files_total),
      immutableUntil: row.immutable_until?.toISOString() ?? null,
    }));
}

/** Keeps points, new or changed, as said by a report. */
export async function savePoints(
  tx: Tx,
  mspId: string,
  clientId: string,
  points: readonly KeptPoint[],
  said: { rawReportId: string; receivedAt: Date },
): Promise<void> {
  if (points.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.recovery_point (msp_id, point_id, client_id, system_id, data_set_id, repository_id, job_id, point_key,
      taken_at, completed_at, is_backdated, first_seen_at, vanished_at, state, outcome, capture, sources, logical_bytes,
      stored_bytes, files_total, immutable_until, raw_report_id)
    SELECT ${mspId}::uuid, r."pointId", ${clientId}::uuid, r."systemId", r."dataSetId", r."repositoryId", r."jobId",
      r."pointKey", r."takenAt", r."completedAt", r."isBackdated", ${said.receivedAt}, r."vanishedAt", r.state, r.outcome,
      r.capture, r.sources, r."logicalBytes", r."storedBytes", r."filesTotal", r."immutableUntil", ${said.rawReportId}::uuid
    FROM jsonb_to_recordset(${jsonRows(points)}::jsonb) AS r ("pointId" uuid, "systemId" uuid, "dataSetId" uuid,
      "repositoryId" uuid, "jobId" uuid, "pointKey" text, "takenAt" timestamptz, "completedAt" timestamptz,
      "isBackdated" boolean, "vanishedAt" timestamptz, state text, outcome text, capture text, sources text[],
      "logicalBytes" bigint, "storedBytes" bigint, "filesTotal" bigint, "immutableUntil" timestamptz)
    ON CONFLICT (msp_id, repository_id, point_key) DO UPDATE SET
      job_id = excluded.job_id, completed_at = excluded.completed_at, vanished_at = excluded.vanished_at,
      state = excluded.state, outcome = excluded.outcome, capture = excluded.capture,
      logical_bytes = excluded.logical_bytes, stored_bytes = excluded.stored_bytes, files_total = excluded.files_total,
      immutable_until = excluded.immutable_until, raw_report_id = excluded.raw_report_id`;
}

/** Gives points the outcomes of the runs that made them, the worse of two; wherever in the client they are kept. */
export async function judgePoints(
  tx: Tx,
  mspId: string,
  clientId: string,
  outcomes: readonly { pointKey: string; outcome: string }[],
  rawReportId: string,
): Promise<void> {
  if (outcomes.length === 0) return;
  await tx.$executeRaw`
    UPDATE app.recovery_point p SET outcome = r.outcome, raw_report_id = ${rawReportId}::uuid
    FROM (SELECT DISTINCT ON ("pointKey") "pointKey", outcome
      FROM jsonb_to_recordset(${jsonRows(outcomes)}::jsonb) AS g ("pointKey" text, outcome text)
      ORDER BY "pointKey", array_position(${OUTCOMES_BY_STRENGTH}::text[], outcome) DESC) r
    WHERE p.msp_id = ${mspId}::uuid AND p.client_id = ${clientId}::uuid AND p.point_key = r."pointKey"
      AND p.repository_id IN (SELECT repository_id FROM app.repository o
        WHERE o.msp_id = ${mspId}::uuid AND o.client_id = ${clientId}::uuid)
      AND array_position(${OUTCOMES_BY_STRENGTH}::text[], p.outcome)
        < array_position(${OUTCOMES_BY_STRENGTH}::text[], r.outcome)`;
}

const OUTCOMES_BY_STRENGTH = ['claimed', 'not-seen', 'success', 'warning', 'cancelled', 'failed'];

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
