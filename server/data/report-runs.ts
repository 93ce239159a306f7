import { v7 } from 'uuid';
import { z } from 'zod';
import { normalisedReport, runStatus, type RunStatus } from '@/contract/report';
import type { Tx } from './database';
import { jsonRows } from './json-rows';
import { jobsKept } from './past-facts';

export interface NamedJob {
  readonly systemId: string;
  readonly jobKey: string;
  readonly name: string | null;
  readonly kind: string;
  readonly tool: string;
  readonly repositoryId: string | null;
  readonly dataSetId: string | null;
}

/** A job with what is known of it. */
export interface KnownJob {
  readonly jobId: string;
  readonly dataSetId: string | null;
  readonly repositoryId: string | null;
  /** Whether a channel was joined to it, so that its runs may be told of twice. */
  readonly isAlsoTold: boolean;
}

/**
 * Finds or makes jobs; what is known of one stays when a report leaves it out, and what was known before it changes is kept. A job stays
 * its agent's when another channel tells of it. `<system id> <job key>` → job.
 */
export async function upsertJobs(
  tx: Tx,
  mspId: string,
  clientId: string,
  { agentId, isAgent }: { agentId: string; isAgent: boolean },
  jobs: readonly NamedJob[],
  at: Date,
): Promise<Map<string, KnownJob>> {
  if (jobs.length === 0) return new Map();
  const rows = jobs
    .toSorted((a, b) => (jobName(a.systemId, a.jobKey) < jobName(b.systemId, b.jobKey) ? -1 : 1))
    .map((job) => ({ ...job, jobId: v7() }));
  const found = await tx.$queryRaw`
    WITH kept AS (${jobsKept({ mspId, clientId, receivedAt: at, agentId }, jobs)})
    INSERT INTO app.job AS j (msp_id, job_id, client_id, system_id, data_set_id, repository_id, agent_id, job_key, name,
      tool, kind, created_at)
    SELECT ${mspId}::uuid, r."jobId", ${clientId}::uuid, r."systemId", r."dataSetId", r."repositoryId", ${agentId}::uuid,
      r."jobKey", coalesce(r.name, r."jobKey"), r.tool, r.kind, ${at}
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r ("jobId" uuid, "systemId" uuid, "dataSetId" uuid,
      "repositoryId" uuid, "jobKey" text, name text, tool text, kind text)
    ON CONFLICT (msp_id, system_id, job_key) DO UPDATE SET
      name = CASE WHEN excluded.name = excluded.job_key THEN j.name ELSE excluded.name END,
      data_set_id = coalesce(excluded.data_set_id, j.data_set_id),
      repository_id = coalesce(excluded.repository_id, j.repository_id),
      agent_id = CASE WHEN ${isAgent} OR j.agent_id IS NULL THEN excluded.agent_id ELSE j.agent_id END
    RETURNING job_id::text, system_id::text, job_key, data_set_id::text, repository_id::text,
      EXISTS (SELECT FROM app.inbound_channel n WHERE n.msp_id = ${mspId}::uuid AND n.job_id = j.job_id) AS is_also_told`;
  return new Map(
    z
      .array(jobRow)
      .parse(found)
      .map((row) => [
        jobName(row.system_id, row.job_key),
        {
          jobId: row.job_id,
          dataSetId: row.data_set_id,
          repositoryId: row.repository_id,
          isAlsoTold: row.is_also_told,
        },
      ]),
  );
}

const jobRow = z.object({
  job_id: z.string(),
  system_id: z.string(),
  job_key: z.string(),
  data_set_id: z.string().nullable(),
  repository_id: z.string().nullable(),
  is_also_told: z.boolean(),
});

/** How a job is named within a client. */
export const jobName = (systemId: string, jobKey: string): string => `${systemId} ${jobKey}`;

const trust = normalisedReport.shape.source.shape.trust;
export type RunTrust = z.output<typeof trust>;

const disagreement = z.object({ status: runStatus, trust });
/** How weaker evidence said that a run ended, where it says something else. */
type Disagreement = z.output<typeof disagreement>;

/** A run as it is kept; times in ISO 8601. */
export interface KeptRun {
  readonly runId: string;
  /** Set by the first report of the run and never moved: it decides the partition. */
  readonly occurredAt: string;
  readonly systemId: string;
  readonly jobId: string;
  readonly runKey: string;
  readonly kind: string;
  readonly status: RunStatus;
  readonly isPartial: boolean;
  /** Of the strongest evidence for it. */
  readonly trust: RunTrust;
  readonly timeQuality: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationSeconds: number | null;
  readonly sourceBytes: number | null;
  readonly readBytes: number | null;
  readonly transferredBytes: number | null;
  readonly storedBytes: number | null;
  readonly filesTotal: number | null;
  readonly filesFailed: number | null;
  readonly errors: number | null;
  readonly warnings: number | null;
  readonly exitCode: number | null;
  readonly errorCode: string | null;
  readonly message: string | null;
  readonly missingSources: readonly string[];
  readonly pointKeys: readonly string[];
  /** Whether the report that told of it said that its repository could not be read. */
  readonly isRepositoryUnread: boolean;
  readonly disagreement: Disagreement | null;
}

const number = z
  .bigint()
  .nullable()
  .transform((value) => (value === null ? null : Number(value)));
const instant = z.date().transform((value) => value.toISOString());
const runRow = z.object({
  runId: z.string(),
  occurredAt: instant,
  systemId: z.string(),
  jobId: z.string(),
  runKey: z.string(),
  kind: z.string(),
  status: runStatus,
  isPartial: z.boolean(),
  trust,
  timeQuality: z.string(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  durationSeconds: z.number().nullable(),
  sourceBytes: number,
  readBytes: number,
  transferredBytes: number,
  storedBytes: number,
  filesTotal: number,
  filesFailed: number,
  errors: z.int().nullable(),
  warnings: z.int().nullable(),
  exitCode: z.int().nullable(),
  errorCode: z.string().nullable(),
  message: z.string().nullable(),
  missingSources: z.array(z.string()),
  pointKeys: z.array(z.string()),
  isRepositoryUnread: z.boolean(),
  disagreement: disagreement.nullable(),
});

/**
 * Names runs: each (job, run key) gets one id and one time, whoever reports it first. What is known of them already comes
 * back; a run that is new is not in the answer's `known`.
 */
export async function nameRuns(
  tx: Tx,
  mspId: string,
  clientId: string,
  agentId: string,
  runs: readonly { jobId: string; runKey: string; occurredAt: string }[],
): Promise<{ names: Map<string, { runId: string; occurredAt: string }>; known: Map<string, KeptRun> }> {
  if (runs.length === 0) return { names: new Map(), known: new Map() };
  const rows = runs
    .toSorted((a, b) => (runName(a.jobId, a.runKey) < runName(b.jobId, b.runKey) ? -1 : 1))
    .map((run) => ({ ...run, runId: v7() }));
  const made = z.array(identityRow).parse(
    await tx.$queryRaw`
    INSERT INTO app.run_identity AS i (msp_id, job_id, run_key, client_id, occurred_at, run_id, agent_id)
    SELECT ${mspId}::uuid, r."jobId", r."runKey", ${clientId}::uuid, r."occurredAt", r."runId", ${agentId}::uuid
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r ("jobId" uuid, "runKey" text, "occurredAt" timestamptz, "runId" uuid)
    ON CONFLICT DO NOTHING
    RETURNING i.job_id::text AS "jobId", i.run_key AS "runKey", i.occurred_at AS "occurredAt", i.run_id::text AS "runId"`,
  );
  // Nobody can have told anything yet of runs that this very statement has named.
  if (made.length === rows.length) return { names: namesOf(made), known: new Map() };
  const identities = z.array(identityRow).parse(
    await tx.$queryRaw`
    SELECT i.job_id::text AS "jobId", i.run_key AS "runKey", i.occurred_at AS "occurredAt", i.run_id::text AS "runId"
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS g ("jobId" uuid, "runKey" text)
    JOIN app.run_identity i ON i.msp_id = ${mspId}::uuid AND i.job_id = g."jobId" AND i.run_key = g."runKey"`,
  );
  const known = await tx.$queryRaw`SELECT run_id::text AS "runId", occurred_at AS "occurredAt",
      system_id::text AS "systemId", job_id::text AS "jobId", run_key AS "runKey", kind, status, is_partial AS "isPartial",
      trust, time_quality AS "timeQuality", started_at AS "startedAt", ended_at AS "endedAt",
      duration_seconds AS "durationSeconds", source_bytes AS "sourceBytes", read_bytes AS "readBytes",
      transferred_bytes AS "transferredBytes", stored_bytes AS "storedBytes", files_total AS "filesTotal",
      files_failed AS "filesFailed", errors, warnings, exit_code AS "exitCode", error_code AS "errorCode", message,
      missing_sources AS "missingSources", point_keys AS "pointKeys",
      is_repository_unread AS "isRepositoryUnread", disagreement
    FROM app.run WHERE msp_id = ${mspId}::uuid AND run_id = ANY (${identities.map((one) => one.runId)}::uuid[])
      AND occurred_at = ANY (${identities.map((one) => one.occurredAt)}::timestamptz[])`;
  // A run has a name by each channel that tells of it.
  const byId = new Map(
    z
      .array(runRow)
      .parse(known)
      .map((run) => [run.runId, run]),
  );
  return {
    names: namesOf(identities),
    known: new Map(
      identities.flatMap(({ jobId, runKey, runId }) => {
        const run = byId.get(runId);
        return run ? [[runName(jobId, runKey), run] as const] : [];
      }),
    ),
  };
}

/** Two channels see one run end at times this far apart. */
const SAME_RUN_MINUTES = 10;

/**
 * Gives runs that another channel has told of already a second name: those of the same job that were under way at the same time, each
 * once. What is named already stays.
 */
export async function joinRuns(
  tx: Tx,
  mspId: string,
  clientId: string,
  agentId: string,
  runs: readonly Pick<KeptRun, 'jobId' | 'runKey' | 'kind' | 'startedAt' | 'endedAt' | 'occurredAt'>[],
): Promise<void> {
  if (runs.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.run_identity (msp_id, job_id, run_key, client_id, occurred_at, run_id, agent_id)
    SELECT DISTINCT ON (u.run_id) ${mspId}::uuid, g."jobId", g."runKey", ${clientId}::uuid, u.occurred_at, u.run_id, ${agentId}::uuid
    FROM jsonb_to_recordset(${jsonRows(runs)}::jsonb) AS g ("jobId" uuid, "runKey" text, kind text, "startedAt" timestamptz,
      "endedAt" timestamptz, "occurredAt" timestamptz)
    CROSS JOIN LATERAL (
      SELECT coalesce(g."startedAt", g."endedAt", g."occurredAt") AS from_at, coalesce(g."endedAt", g."startedAt", g."occurredAt") AS to_at
    ) w
    CROSS JOIN LATERAL (
      SELECT q.run_id, q.occurred_at, abs(extract(epoch FROM coalesce(q.ended_at, q.occurred_at) - w.to_at)) AS apart
      FROM app.run q
      WHERE q.msp_id = ${mspId}::uuid AND q.job_id = g."jobId" AND q.kind = g.kind
        AND q.occurred_at BETWEEN w.from_at - interval '3 days' AND w.to_at + interval '1 day'
        AND coalesce(q.started_at, q.ended_at, q.occurred_at) <= w.to_at + make_interval(mins => ${SAME_RUN_MINUTES}::int)
        AND coalesce(q.ended_at, q.started_at, q.occurred_at) >= w.from_at - make_interval(mins => ${SAME_RUN_MINUTES}::int)
        AND NOT EXISTS (SELECT FROM app.run_identity i JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid
            AND r.raw_report_id = q.raw_report_id
          WHERE i.msp_id = ${mspId}::uuid AND i.run_id = q.run_id AND coalesce(i.agent_id, r.agent_id) = ${agentId}::uuid)
      ORDER BY apart, q.run_id LIMIT 1
    ) u
    WHERE NOT EXISTS (SELECT FROM app.run_identity i
      WHERE i.msp_id = ${mspId}::uuid AND i.job_id = g."jobId" AND i.run_key = g."runKey")
    ORDER BY u.run_id, u.apart
    ON CONFLICT DO NOTHING`;
}

function namesOf(identities: readonly z.output<typeof identityRow>[]) {
  return new Map(identities.map((one) => [runName(one.jobId, one.runKey), one]));
}

const identityRow = z.object({
  jobId: z.string(),
  runKey: z.string(),
  occurredAt: instant,
  runId: z.string(),
});

/** How a run is named within an MSP. */
export const runName = (jobId: string, runKey: string): string => `${jobId} ${runKey}`;

/** Keeps runs, new or changed, as said by a report. */
export async function saveRuns(
  tx: Tx,
  mspId: string,
  clientId: string,
  runs: readonly KeptRun[],
  rawReportId: string,
): Promise<void> {
  if (runs.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.run (msp_id, occurred_at, run_id, client_id, system_id, job_id, run_key, kind, status, is_partial,
      trust, time_quality, started_at, ended_at, duration_seconds, source_bytes, read_bytes, transferred_bytes,
      stored_bytes, files_total, files_failed, errors, warnings, exit_code, error_code, message, missing_sources,
      point_keys, is_repository_unread, disagreement, raw_report_id)
    SELECT ${mspId}::uuid, r."occurredAt", r."runId", ${clientId}::uuid, r."systemId", r."jobId", r."runKey", r.kind,
      r.status, r."isPartial", r.trust, r."timeQuality", r."startedAt", r."endedAt", r."durationSeconds", r."sourceBytes",
      r."readBytes", r."transferredBytes", r."storedBytes", r."filesTotal", r."filesFailed", r.errors, r.warnings,
      r."exitCode", r."errorCode", r.message, r."missingSources", r."pointKeys", r."isRepositoryUnread",
      r.disagreement, ${rawReportId}::uuid
    FROM jsonb_to_recordset(${jsonRows(runs)}::jsonb) AS r ("occurredAt" timestamptz, "runId" uuid, "systemId" uuid,
      "jobId" uuid, "runKey" text, kind text, status text, "isPartial" boolean, trust text, "timeQuality" text,
      "startedAt" timestamptz, "endedAt" timestamptz, "durationSeconds" float8, "sourceBytes" bigint, "readBytes" bigint,
      "transferredBytes" bigint, "storedBytes" bigint, "filesTotal" bigint, "filesFailed" bigint, errors int, warnings int,
      "exitCode" int, "errorCode" text, message text, "missingSources" text[], "pointKeys" text[],
      "isRepositoryUnread" boolean, disagreement jsonb)
    ON CONFLICT (msp_id, occurred_at, run_id) DO UPDATE SET
      status = excluded.status, is_partial = excluded.is_partial, trust = excluded.trust, time_quality = excluded.time_quality,
      started_at = excluded.started_at, ended_at = excluded.ended_at, duration_seconds = excluded.duration_seconds,
      source_bytes = excluded.source_bytes, read_bytes = excluded.read_bytes,
      transferred_bytes = excluded.transferred_bytes, stored_bytes = excluded.stored_bytes,
      files_total = excluded.files_total, files_failed = excluded.files_failed, errors = excluded.errors,
      warnings = excluded.warnings, exit_code = excluded.exit_code, error_code = excluded.error_code,
      message = excluded.message, missing_sources = excluded.missing_sources, point_keys = excluded.point_keys,
      is_repository_unread = excluded.is_repository_unread, disagreement = excluded.disagreement,
      raw_report_id = excluded.raw_report_id`;
}

const maker = z.object({
  jobId: z.string(),
  status: runStatus,
  isPartial: z.boolean(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  pointKeys: z.array(z.string()),
});
/** A run that may have made a point. */
export type MakerRun = z.output<typeof maker>;

/** Backups and copies of these jobs between `from` and `to`, for telling which run made which point. */
export async function listMakerRuns(
  tx: Tx,
  mspId: string,
  jobIds: readonly string[],
  from: Date,
  to: Date,
  limit: number,
): Promise<MakerRun[]> {
  if (jobIds.length === 0) return [];
  const rows = await tx.$queryRaw`SELECT job_id::text AS "jobId", status, is_partial AS "isPartial",
      started_at AS "startedAt", ended_at AS "endedAt", point_keys AS "pointKeys"
    FROM app.run WHERE msp_id = ${mspId}::uuid AND job_id = ANY (${[...jobIds]}::uuid[]) AND occurred_at >= ${from}
      AND occurred_at <= ${to}
      AND kind IN ('backup', 'copy', 'replication', 'config_backup')
    ORDER BY occurred_at DESC LIMIT ${limit}`;
  return z.array(maker).parse(rows);
}
