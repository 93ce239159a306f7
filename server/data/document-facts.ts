import { z } from 'zod';
import type { FindingRule } from '@/domain/findings/catalogue';
import type { OpenFinding } from '@/domain/protection/verdict';
import type { Tx } from './database';
import { instant } from './fact-rows';
import { heldImports } from './imported-runs';

/** What a document asks for: one client, and [from, to). */
export interface DocumentPeriod {
  readonly clientId: string;
  readonly from: Date;
  readonly to: Date;
}

const systemRow = z.object({
  systemId: z.string(),
  name: z.string(),
  kind: z.string(),
  createdAt: instant,
  archivedAt: instant.nullable(),
});

const SYSTEMS_MAX = 5000;

/** The systems that were there during any part of the period, by name; merged ones stand under the name that they were merged into. */
export async function listPeriodSystems(tx: Tx, mspId: string, { clientId, from, to }: DocumentPeriod) {
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.name, y.kind, y.created_at AS "createdAt", y.archived_at AS "archivedAt"
    FROM app.system y
    WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ${clientId}::uuid AND y.created_at < ${to}::timestamptz
      AND (y.archived_at IS NULL OR y.archived_at >= ${from}::timestamptz) AND y.merged_into_id IS NULL
    ORDER BY lower(y.name), y.system_id LIMIT ${SYSTEMS_MAX}`;
  return z.array(systemRow).parse(rows);
}

const runDayRow = z.object({
  systemId: z.string(),
  date: z.string(),
  status: z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'missed', 'unknown']),
  isPartial: z.boolean(),
  count: z.int(),
});

/** How the backup runs of each system and day of the client's zone ended. */
export async function countRunsByDay(
  tx: Tx,
  mspId: string,
  { clientId, from, to }: DocumentPeriod,
  { timeZone, dayStartHour }: { timeZone: string; dayStartHour: number },
) {
  const rows = await tx.$queryRaw`
    SELECT coalesce(y.merged_into_id, y.system_id)::text AS "systemId",
      ((u.occurred_at AT TIME ZONE ${timeZone}) - make_interval(hours => ${dayStartHour}))::date::text AS date,
      u.status, u.is_partial AS "isPartial", count(*)::int AS count
    FROM app.run u JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = u.system_id
    WHERE u.msp_id = ${mspId}::uuid AND u.client_id = ${clientId}::uuid AND u.kind IN ('backup', 'copy', 'replication', 'config_backup')
      AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at < ${to}::timestamptz
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`;
  return z.array(runDayRow).parse(rows);
}

/** How many runs of the period only files tell of, by how they ended. */
export async function countImportedRunsOf(tx: Tx, mspId: string, { clientId, from, to }: DocumentPeriod) {
  const rows = await tx.$queryRaw`
    SELECT (count(*) FILTER (WHERE u.status = 'success'))::int AS success,
      (count(*) FILTER (WHERE u.status = 'warning'))::int AS warning,
      (count(*) FILTER (WHERE u.status = 'failed'))::int AS failed
    FROM app.imported_run u JOIN (${heldImports(mspId)}) h ON h.import_id = u.import_id
    WHERE u.msp_id = ${mspId}::uuid AND u.client_id = ${clientId}::uuid
      AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at < ${to}::timestamptz`;
  const counts = z.object({ success: z.int(), warning: z.int(), failed: z.int() });
  return z.tuple([counts]).parse(rows)[0];
}

const dueDayRow = z.object({
  systemId: z.string(),
  date: z.string(),
  state: z.enum(['met', 'late', 'missed', 'excused', 'no-data']),
  count: z.int(),
});

/** What became of the due times of each system and day of the client's zone. */
export async function countDueByDay(
  tx: Tx,
  mspId: string,
  { clientId, from, to }: DocumentPeriod,
  { timeZone, dayStartHour }: { timeZone: string; dayStartHour: number },
) {
  const rows = await tx.$queryRaw`
    SELECT coalesce(y.merged_into_id, y.system_id)::text AS "systemId",
      ((e.due_at AT TIME ZONE ${timeZone}) - make_interval(hours => ${dayStartHour}))::date::text AS date,
      e.state, count(*)::int AS count
    FROM app.expectation e JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = e.system_id
    WHERE e.msp_id = ${mspId}::uuid AND e.client_id = ${clientId}::uuid
      AND e.due_at >= ${from}::timestamptz AND e.due_at < ${to}::timestamptz
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
  return z.array(dueDayRow).parse(rows);
}

const findingRow = z.object({
  findingId: z.string(),
  // Written by the evaluation only, from the type itself.
  rule: z.custom<FindingRule>((value) => typeof value === 'string'),
  severity: z.enum(['critical', 'warning', 'note']),
  subject: z.custom<OpenFinding['subject']>(
    (value) => z.object({ name: z.string() }).safeParse(value).success,
  ),
  detail: z.custom<OpenFinding['detail']>((value) => z.object({ kind: z.string() }).safeParse(value).success),
  systemId: z.string().nullable(),
  systemName: z.string().nullable(),
  causeKey: z.string(),
  openedAt: instant,
  closedAt: instant.nullable(),
  assignedTo: z.string().nullable(),
});
/** A finding that was open during a part of the period. */
export type PeriodFinding = z.output<typeof findingRow>;

/**
 * Findings that were open during any part of the period, oldest first, up to `limit`; changes after the period are not told. An alarm
 * of a drill is none: nothing was wrong.
 */
export async function listPeriodFindings(
  tx: Tx,
  mspId: string,
  { clientId, from, to }: DocumentPeriod,
  limit: number,
): Promise<PeriodFinding[]> {
  const rows = await tx.$queryRaw`
    SELECT f.finding_id::text AS "findingId", f.rule, f.severity, f.detail, f.cause_key AS "causeKey",
      jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id, 'name', f.subject_name) AS subject,
      f.system_id::text AS "systemId", y.name AS "systemName", f.opened_at AS "openedAt",
      CASE WHEN f.closed_at < ${to}::timestamptz THEN f.closed_at END AS "closedAt", c.assigned_to_name AS "assignedTo"
    FROM app.finding f
    LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = f.system_id
    LEFT JOIN app.finding_cause c ON c.msp_id = ${mspId}::uuid AND c.cause_id = f.cause_id
    WHERE f.msp_id = ${mspId}::uuid AND f.client_id = ${clientId}::uuid AND f.opened_at < ${to}::timestamptz
      AND (f.closed_at IS NULL OR f.closed_at >= ${from}::timestamptz) AND f.rule <> 'drill'
    ORDER BY f.opened_at, f.finding_id LIMIT ${limit}`;
  return z.array(findingRow).parse(rows);
}

const waiverRow = z.object({
  waiverId: z.string(),
  rule: z.string(),
  subjectName: z.string(),
  reason: z.string(),
  approverName: z.string(),
  createdAt: instant,
  createdByName: z.string(),
  validUntil: instant,
  withdrawnAt: instant.nullable(),
});
/** An accepted gap. */
export type PeriodWaiver = z.output<typeof waiverRow>;

/** What was accepted during any part of the period, oldest first. */
export async function listPeriodWaivers(
  tx: Tx,
  mspId: string,
  { clientId, from, to }: DocumentPeriod,
  limit: number,
): Promise<PeriodWaiver[]> {
  const rows = await tx.$queryRaw`
    SELECT w.waiver_id::text AS "waiverId", w.rule, w.subject_name AS "subjectName", w.reason,
      w.approver_name AS "approverName", w.created_at AS "createdAt", w.created_by_name AS "createdByName",
      w.valid_until AS "validUntil", CASE WHEN w.withdrawn_at < ${to}::timestamptz THEN w.withdrawn_at END AS "withdrawnAt"
    FROM app.waiver w
    WHERE w.msp_id = ${mspId}::uuid AND w.client_id = ${clientId}::uuid AND w.created_at < ${to}::timestamptz
      AND w.valid_until >= ${from}::timestamptz AND (w.withdrawn_at IS NULL OR w.withdrawn_at >= ${from}::timestamptz)
    ORDER BY w.created_at, w.waiver_id LIMIT ${limit}`;
  return z.array(waiverRow).parse(rows);
}

const attestationRow = z.object({
  declarationId: z.string(),
  attribute: z.string(),
  subjectName: z.string(),
  value: z.json(),
  reason: z.string(),
  declaredByName: z.string(),
  declaredAt: instant,
  validUntil: instant.nullable(),
  withdrawnAt: instant.nullable(),
});
/** What a named person said, who answers for it. */
export type PeriodAttestation = z.output<typeof attestationRow>;

/** What was declared and attested of the client's systems and repositories and held during any part of the period. */
export async function listPeriodAttestations(
  tx: Tx,
  mspId: string,
  { clientId, from, to }: DocumentPeriod,
  limit: number,
): Promise<PeriodAttestation[]> {
  const rows = await tx.$queryRaw`
    SELECT d.declaration_id::text AS "declarationId", d.attribute, coalesce(o.name, y.name) AS "subjectName", d.value, d.reason,
      d.declared_by_name AS "declaredByName", d.declared_at AS "declaredAt", d.valid_until AS "validUntil",
      CASE WHEN d.withdrawn_at < ${to}::timestamptz THEN d.withdrawn_at END AS "withdrawnAt"
    FROM app.declaration d
    LEFT JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = d.repository_id
    LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = d.system_id
    WHERE d.msp_id = ${mspId}::uuid AND d.client_id = ${clientId}::uuid AND d.declared_at < ${to}::timestamptz
      AND (d.valid_until IS NULL OR d.valid_until >= ${from}::timestamptz)
      AND (d.withdrawn_at IS NULL OR d.withdrawn_at >= ${from}::timestamptz)
    ORDER BY d.declared_at, d.declaration_id LIMIT ${limit}`;
  return z.array(attestationRow).parse(rows);
}

const verificationRow = z.object({
  verificationId: z.string(),
  repositoryName: z.string(),
  depth: z.string(),
  result: z.enum(['ok', 'problems', 'error']),
  coveragePercent: z.number().nullable(),
  endedAt: instant,
  errors: z.int().nullable(),
});
/** An integrity check of a repository. */
export type PeriodVerification = z.output<typeof verificationRow>;

/** Integrity checks of the client's repositories that ended in the period, oldest first. */
export async function listPeriodVerifications(
  tx: Tx,
  mspId: string,
  { clientId, from, to }: DocumentPeriod,
  limit: number,
): Promise<PeriodVerification[]> {
  const rows = await tx.$queryRaw`
    SELECT v.verification_id::text AS "verificationId", o.name AS "repositoryName", v.depth, v.result,
      v.coverage_percent AS "coveragePercent", v.ended_at AS "endedAt", v.errors
    FROM app.verification v
    JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = v.repository_id
    WHERE v.msp_id = ${mspId}::uuid AND v.client_id = ${clientId}::uuid
      AND v.ended_at >= ${from}::timestamptz AND v.ended_at < ${to}::timestamptz
    ORDER BY v.ended_at, v.verification_id LIMIT ${limit}`;
  return z.array(verificationRow).parse(rows);
}

const runRow = z.object({
  runId: z.string(),
  systemName: z.string(),
  jobName: z.string(),
  at: instant,
  status: runDayRow.shape.status,
  isPartial: z.boolean(),
  durationSeconds: z.number().nullable(),
  sourceBytes: z.coerce.number().nullable(),
  rawReportId: z.string(),
  /** Of the report's exact bytes, hexadecimal: what the evidence log holds. */
  reportSha256: z.string(),
});
/** One run of the population. */
export type PeriodRun = z.output<typeof runRow>;

/** Every backup run of the period in the order of time: the population, in parts of `limit` after a run. */
export async function listPeriodRuns(
  tx: Tx,
  mspId: string,
  { clientId, from, to }: DocumentPeriod,
  after: Pick<PeriodRun, 'at' | 'runId'> | null,
  limit: number,
): Promise<PeriodRun[]> {
  const rows = await tx.$queryRaw`
    SELECT u.run_id::text AS "runId", y.name AS "systemName", j.name AS "jobName", u.occurred_at AS at, u.status,
      u.is_partial AS "isPartial", u.duration_seconds AS "durationSeconds", u.source_bytes AS "sourceBytes",
      u.raw_report_id::text AS "rawReportId", encode(r.body_sha256, 'hex') AS "reportSha256"
    FROM app.run u
    JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = u.job_id
    JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = u.system_id
    JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = u.raw_report_id
    WHERE u.msp_id = ${mspId}::uuid AND u.client_id = ${clientId}::uuid AND u.kind IN ('backup', 'copy', 'replication', 'config_backup')
      AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at < ${to}::timestamptz
      AND (${after === null} OR (u.occurred_at, u.run_id)
        > (${after ? new Date(after.at) : null}::timestamptz, ${after?.runId ?? null}::uuid))
    ORDER BY u.occurred_at, u.run_id LIMIT ${limit}`;
  return z.array(runRow).parse(rows);
}

/** How many backup runs the period has. */
export async function countPeriodRuns(
  tx: Tx,
  mspId: string,
  { clientId, from, to }: DocumentPeriod,
): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS count FROM app.run u
    WHERE u.msp_id = ${mspId}::uuid AND u.client_id = ${clientId}::uuid AND u.kind IN ('backup', 'copy', 'replication', 'config_backup')
      AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at < ${to}::timestamptz`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}
