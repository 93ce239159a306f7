import { z } from 'zod';
import { DAY } from '@/domain/time/instant';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { instant } from './fact-rows';
import { heldImports } from './imported-runs';

/** Runs are kept this long; older ones are nobody's question on a screen. */
const RUN_AGE_MAX = 400 * DAY;
/** Runs of a system that the bars of 30 days look at. */
const RECENT_RUNS_MAX = 5000;

/** A run as a row of a list. Sizes in bytes; null where the tool did not say. */
const runRow = z.object({
  runId: z.string(),
  /** null: of a file, which names its job and no more. */
  jobId: z.string().nullable(),
  jobName: z.string(),
  repositoryName: z.string().nullable(),
  kind: z.string(),
  status: z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'missed', 'unknown']),
  isPartial: z.boolean(),
  at: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  durationSeconds: z.number().nullable(),
  sourceBytes: z.bigint().nullable(),
  storedBytes: z.bigint().nullable(),
  filesTotal: z.bigint().nullable(),
  filesFailed: z.bigint().nullable(),
  exitCode: z.int().nullable(),
  message: z.string().nullable(),
  missingSources: z.array(z.string()),
  rawReportId: z.string(),
  /** Of the strongest evidence for it. */
  trust: z.enum(['signed', 'token', 'verified_mail', 'unverified', 'declared']),
  /** By which ways it was told of. */
  toldBy: z.array(z.enum(['agent', 'ping', 'mail', 'webhook', 'pull', 'import'])),
  /** The file that told of it, and who brought it when; null: none, Holdfast's own channels did. */
  imported: z
    .object({ importId: z.string(), name: z.string(), byName: z.string(), at: z.number() })
    .nullable(),
  /** How weaker evidence said that it ended, where that differs. */
  disagreement: z
    .object({
      status: z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'missed', 'unknown']),
      trust: z.enum(['signed', 'token', 'verified_mail', 'unverified', 'declared']),
    })
    .nullable(),
});
export type ListedRun = z.output<typeof runRow>;

/** Where a page of a list ends; the next one begins after it. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

export interface RunsView {
  /** Of one system, under all its names. */
  readonly systemIds: readonly string[];
  /** null: of every job, and of those that files name. */
  readonly jobId: string | null;
  /** Whether runs that channels told of are meant, those of files that somebody brought in, or both. */
  readonly told: 'channels' | 'imports' | 'all';
  /** From, inclusive, to, exclusive; null: no bound. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly before: Cursor | null;
  readonly limit: number;
}

/** A system's runs, newest first. */
export async function listSystemRuns(tx: Tx, mspId: string, view: RunsView, now: Date): Promise<ListedRun[]> {
  const { jobId, before } = view;
  const systemIds = [...view.systemIds];
  const isBefore = Prisma.sql`(${before === null} OR (u.occurred_at, u.run_id)
    < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))`;
  const order = Prisma.sql`ORDER BY u.occurred_at DESC, u.run_id DESC LIMIT ${view.limit}`;
  const rows = await tx.$queryRaw`
    SELECT * FROM ((SELECT u.run_id::text AS "runId", u.job_id::text AS "jobId", j.name AS "jobName", o.name AS "repositoryName", u.kind,
      u.status, u.is_partial AS "isPartial", u.occurred_at AS at, u.started_at AS "startedAt", u.ended_at AS "endedAt",
      u.duration_seconds AS "durationSeconds", u.source_bytes AS "sourceBytes",
      coalesce(u.stored_bytes, u.transferred_bytes) AS "storedBytes", u.files_total AS "filesTotal",
      u.files_failed AS "filesFailed", u.exit_code AS "exitCode", u.message, u.missing_sources AS "missingSources",
      u.raw_report_id::text AS "rawReportId", u.trust, u.disagreement,
      -- Names that were given before there were channels are agents'.
      coalesce((SELECT array_agg(DISTINCT coalesce(a.channel, 'agent')) FROM app.run_identity i
        LEFT JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = i.agent_id
        WHERE i.msp_id = ${mspId}::uuid AND i.run_id = u.run_id), '{agent}') AS "toldBy",
      NULL::jsonb AS imported
    FROM app.run u
    JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = u.job_id
    LEFT JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = j.repository_id
    WHERE u.msp_id = ${mspId}::uuid AND u.system_id = ANY (${systemIds}::uuid[]) AND ${isWithin(view, now)}
      AND ${view.told !== 'imports'} AND (${jobId}::uuid IS NULL OR u.job_id = ${jobId}::uuid) AND ${isBefore}
    ${order})
    UNION ALL
    (SELECT u.run_id::text, NULL, u.job_name, u.repository_name, 'backup', u.status, false, u.occurred_at, u.started_at, u.ended_at,
      extract(epoch FROM u.ended_at - u.started_at)::float8, NULL, u.size_bytes, NULL, NULL, NULL, u.message, '{}'::text[],
      h.raw_report_id::text, 'declared', NULL, '{import}'::text[],
      jsonb_build_object('importId', h.import_id, 'name', h.name, 'byName', h.created_by_name,
        'at', floor(extract(epoch FROM h.created_at) * 1000))
    FROM app.imported_run u JOIN (${heldImports(mspId)}) h ON h.import_id = u.import_id
    WHERE u.msp_id = ${mspId}::uuid AND u.system_id = ANY (${systemIds}::uuid[]) AND ${isWithin(view, now)}
      AND ${isOfImports(view)} AND ${isBefore}
    ${order})) u
    ORDER BY u.at DESC, u."runId" DESC LIMIT ${view.limit}`;
  return z.array(runRow).parse(rows);
}

/** How many runs a system has, up to 10,000. */
export async function countSystemRuns(
  tx: Tx,
  mspId: string,
  view: Pick<RunsView, 'systemIds' | 'jobId' | 'told' | 'from' | 'to'>,
  now: Date,
): Promise<number> {
  const { jobId } = view;
  const systemIds = [...view.systemIds];
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS count FROM (SELECT FROM app.run u
      WHERE u.msp_id = ${mspId}::uuid AND u.system_id = ANY (${systemIds}::uuid[]) AND ${isWithin(view, now)}
        AND ${view.told !== 'imports'} AND (${jobId}::uuid IS NULL OR u.job_id = ${jobId}::uuid)
      UNION ALL
      SELECT FROM app.imported_run u JOIN (${heldImports(mspId)}) h ON h.import_id = u.import_id
      WHERE u.msp_id = ${mspId}::uuid AND u.system_id = ANY (${systemIds}::uuid[]) AND ${isWithin(view, now)}
        AND ${isOfImports(view)} LIMIT 10000) counted`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

/** A job's runs are those that channels told of. */
function isOfImports({ told, jobId }: Pick<RunsView, 'told' | 'jobId'>): Prisma.Sql {
  return Prisma.sql`${told !== 'channels' && jobId === null}`;
}

/** Constant bounds leave most partitions unread. */
function isWithin({ from, to }: Pick<RunsView, 'from' | 'to'>, now: Date): Prisma.Sql {
  const earliest = from ?? new Date(now.getTime() - RUN_AGE_MAX);
  const latest = to ?? new Date(now.getTime() + 2 * DAY);
  return Prisma.sql`u.occurred_at >= ${earliest}::timestamptz AND u.occurred_at < ${latest}::timestamptz`;
}

const dayRunRow = z.object({
  runId: z.string(),
  jobId: z.string(),
  status: runRow.shape.status,
  isPartial: z.boolean(),
  at: instant,
  durationSeconds: z.number().nullable(),
  message: z.string().nullable(),
});
export type DayRun = z.output<typeof dayRunRow>;

/** What the day bars of a system's jobs need, in any order. */
export async function listDayRuns(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  from: Date,
  now: Date,
): Promise<DayRun[]> {
  const rows = await tx.$queryRaw`
    SELECT u.run_id::text AS "runId", u.job_id::text AS "jobId", u.status, u.is_partial AS "isPartial", u.occurred_at AS at,
      u.duration_seconds AS "durationSeconds", left(u.message, 200) AS message
    FROM app.run u
    WHERE u.msp_id = ${mspId}::uuid AND u.system_id = ANY (${[...systemIds]}::uuid[]) AND ${isWithin({ from, to: null }, now)}
    ORDER BY u.occurred_at DESC LIMIT ${RECENT_RUNS_MAX}`;
  return z.array(dayRunRow).parse(rows);
}

const jobRow = z.object({
  jobId: z.string(),
  dataSetId: z.string().nullable(),
  name: z.string(),
  tool: z.string(),
  kind: z.string(),
  repositoryName: z.string().nullable(),
  createdAt: instant,
  /** When the agent that reports it was last heard; null: never. */
  lastHeardAt: instant.nullable(),
});
export type ListedJob = z.output<typeof jobRow>;

/** A system's jobs by name, at most 200. */
export async function listSystemJobs(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
): Promise<ListedJob[]> {
  const rows = await tx.$queryRaw`
    SELECT j.job_id::text AS "jobId", j.data_set_id::text AS "dataSetId", j.name, j.tool, j.kind,
      o.name AS "repositoryName", j.created_at AS "createdAt",
      (SELECT max(s.last_received_at) FROM app.agent_stream s
        WHERE s.msp_id = ${mspId}::uuid AND s.agent_id = j.agent_id) AS "lastHeardAt"
    FROM app.job j LEFT JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = j.repository_id
    WHERE j.msp_id = ${mspId}::uuid AND j.system_id = ANY (${[...systemIds]}::uuid[])
    ORDER BY lower(j.name), j.job_id LIMIT 200`;
  return z.array(jobRow).parse(rows);
}
