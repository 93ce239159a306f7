import { z } from 'zod';
import { jobDays, type JobDay } from '@/domain/protection/job-days';
import { worstOfDays, type StatusChange, type StatusDay } from '@/domain/protection/status-days';
import { STATUSES, type OpenFinding, type StatusReason } from '@/domain/protection/verdict';
import { daysOfLastMonths, type ZonedDay } from '@/domain/time/zoned-day';
import type { TenantScope } from '../tenancy/tenant-scope';
import { findListedSystem, type ListedSystem } from './client-systems';
import { findClient, type Client } from './clients';
import type { Database, Tx } from './database';
import { instant } from './fact-rows';
import { groupBy } from './group-by';
import { countImportedDays } from './imported-runs';
import { listSystemNames } from './system-names';
import { listSystemJobs, listSystemRuns, type ListedJob, type ListedRun } from './system-runs';

const MONTHS_SHOWN = 13;
/** Of one day; `/systems/[id]/runs?day=` has the rest. */
const RUNS_SHOWN = 100;
const FINDINGS_SHOWN = 200;

/** The runs of one job and day that ended alike; `at` is when the first of them began. */
const countedRun = z.object({
  /** null: of a file. */
  jobId: z.string().nullable(),
  status: z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'missed', 'unknown']),
  isPartial: z.boolean(),
  at: instant,
  count: z.int(),
});
export type CountedRun = z.output<typeof countedRun>;

const dayChange = z.object({
  at: instant,
  from: z.enum(STATUSES).nullable(),
  to: z.enum(STATUSES),
  // Written by evaluate-system only, from the type itself.
  reasons: z.array(
    z.custom<StatusReason>((value) => z.object({ code: z.string() }).safeParse(value).success),
  ),
});
const dayFinding = z.object({
  rule: z.custom<OpenFinding['rule']>((value) => typeof value === 'string'),
  severity: z.enum(['critical', 'warning', 'note']),
  subject: z.custom<OpenFinding['subject']>(
    (value) => z.object({ name: z.string() }).safeParse(value).success,
  ),
  detail: z.custom<OpenFinding['detail']>((value) => z.object({ kind: z.string() }).safeParse(value).success),
  dataSetName: z.string(),
  openedAt: instant,
  closedAt: instant.nullable(),
  rawReportId: z.string().nullable(),
});

/** What happened to a system on one day. */
export interface HistoryDay extends ZonedDay {
  /** Oldest first. */
  readonly changes: readonly z.output<typeof dayChange>[];
  /** Newest first, at most 100. */
  readonly runs: readonly ListedRun[];
  readonly hasMoreRuns: boolean;
  /** Opened or closed on the day. */
  readonly findings: readonly z.output<typeof dayFinding>[];
}

/** A job with its day outcomes, oldest first. */
interface JobHistory {
  readonly job: ListedJob;
  readonly days: readonly JobDay<CountedRun>[];
}

/** The same of a job that files name. */
interface ImportedHistory {
  readonly name: string;
  readonly days: readonly JobDay<CountedRun>[];
}

/** Thirteen months of a system. */
export interface SystemHistoryDetail {
  readonly system: ListedSystem;
  readonly client: Client;
  /** Oldest first. */
  readonly statusDays: readonly StatusDay[];
  readonly jobs: readonly ListedJob[];
  /** Of the jobs that were asked for. */
  readonly jobHistories: readonly JobHistory[];
  /** Jobs that files name, by name; what they tell of stands beside the others, and in none of them. */
  readonly importedHistories: readonly ImportedHistory[];
  /** null: none was asked for. */
  readonly day: HistoryDay | null;
}

interface Asked {
  /** null: every one; `jobId` null or unknown: the first by name. */
  readonly job: { readonly jobId: string | null } | null;
  /** Names a day in the client's zone. */
  readonly dayIn: (zone: Client) => ZonedDay | null;
}

/**
 * A system's days of the last thirteen calendar months, in its client's zone: its status, and how its jobs ended.
 * @returns null: not there, or another MSP's
 */
export async function readSystemHistory(
  database: Database,
  scope: TenantScope,
  systemId: string,
  asked: Asked,
  now: Date,
): Promise<SystemHistoryDetail | null> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const system = await findListedSystem(tx, mspId, systemId, now);
    const client = system && (await findClient(tx, mspId, system.clientId));
    if (!system || !client) return null;
    const { timeZone, dayStartHour } = client;
    const days = daysOfLastMonths(MONTHS_SHOWN, timeZone, dayStartHour, now.getTime());
    const systemIds = [systemId, ...(await listSystemNames(tx, mspId, systemId)).map((one) => one.systemId)];
    const jobs = await listSystemJobs(tx, mspId, systemIds);
    const chosen = asked.job ? chosenOf(jobs, asked.job.jobId) : jobs;
    const runs = groupBy(
      await countRunsOfDays(
        tx,
        mspId,
        systemIds,
        chosen.map((job) => job.jobId),
        days,
      ),
      (run) => run.jobId,
    );
    const day = asked.dayIn(client);
    return {
      system,
      client,
      jobs,
      statusDays: worstOfDays([await changesSince(tx, mspId, system, days)], days, now.getTime()),
      jobHistories: chosen.map((job) => historyOf(job, runs.get(job.jobId) ?? [], client, days, now)),
      importedHistories: await readImported(tx, mspId, systemIds, client, days, now),
      day: day && (await readDay(tx, mspId, systemIds, day, now)),
    };
  });
}

function chosenOf(jobs: readonly ListedJob[], jobId: string | null): ListedJob[] {
  const job = jobs.find((one) => one.jobId === jobId) ?? jobs[0];
  return job ? [job] : [];
}

function historyOf(
  job: ListedJob,
  runs: readonly CountedRun[],
  { timeZone, dayStartHour }: Client,
  days: readonly ZonedDay[],
  now: Date,
): JobHistory {
  const heard = { since: Math.min(job.createdAt, ...runs.map((run) => run.at)), until: job.lastHeardAt };
  return { job, days: jobDays(runs, heard, timeZone, dayStartHour, now.getTime(), days.length) };
}

/** Before the first and behind the last run that a file tells of, nothing is known. */
async function readImported(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  { timeZone, dayStartHour }: Client,
  days: readonly ZonedDay[],
  now: Date,
): Promise<ImportedHistory[]> {
  const counts = await countImportedDays(tx, mspId, systemIds, boundsOf(days));
  const byJob = groupBy(counts, ({ jobName }) => jobName.toLowerCase());
  return [...byJob.values()]
    .map((ofJob) => {
      const [{ jobName: name } = { jobName: '' }] = ofJob;
      const runs = ofJob.map(({ status, at, count }) => ({
        jobId: null,
        status,
        isPartial: false,
        at,
        count,
      }));
      const told = runs.map(({ at }) => at);
      const heard = { since: Math.min(...told), until: Math.max(...told) };
      const named = jobDays<CountedRun>(runs, heard, timeZone, dayStartHour, now.getTime(), days.length);
      // Of a day on which a file tells nothing, nobody knows whether something was due.
      return {
        name,
        days: named.map((day) => (day.runs.length === 0 ? { ...day, outcome: 'no-data' as const } : day)),
      };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Constant bounds leave most partitions unread. */
function boundsOf(days: readonly ZonedDay[]): { starts: string[]; from: Date; to: Date } {
  return {
    starts: days.map((day) => new Date(day.startsAt).toISOString()),
    from: new Date(days[0]?.startsAt ?? 0),
    to: new Date(days.at(-1)?.endsAt ?? 0),
  };
}

/** What held at the first day, and what changed since; what lags is unknown since then, whatever was stored. */
async function changesSince(
  tx: Tx,
  mspId: string,
  { systemId, laggingSince }: ListedSystem,
  days: readonly ZonedDay[],
): Promise<StatusChange[]> {
  const from = new Date(days[0]?.startsAt ?? 0);
  const rows = z.array(z.object({ at: instant, status: z.enum(STATUSES) })).parse(
    await tx.$queryRaw`
      (SELECT at, to_status AS status FROM app.status_change
        WHERE msp_id = ${mspId}::uuid AND system_id = ${systemId}::uuid AND at < ${from} ORDER BY at DESC LIMIT 1)
      UNION ALL
      SELECT at, to_status FROM app.status_change
      WHERE msp_id = ${mspId}::uuid AND system_id = ${systemId}::uuid AND at >= ${from}`,
  );
  return laggingSince ? [...rows, { at: laggingSince.getTime(), status: 'unknown' }] : rows;
}

/** How the runs of each day ended, counted where they are: a few rows a day, whatever number of runs. */
async function countRunsOfDays(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  jobIds: readonly string[],
  days: readonly ZonedDay[],
): Promise<CountedRun[]> {
  if (jobIds.length === 0) return [];
  const { starts, from, to } = boundsOf(days);
  const rows = await tx.$queryRaw`
    SELECT u.job_id::text AS "jobId", u.status, u.is_partial AS "isPartial", min(u.occurred_at) AS at, count(*)::int AS count
    FROM app.run u
    WHERE u.msp_id = ${mspId}::uuid AND u.system_id = ANY (${[...systemIds]}::uuid[])
      AND u.job_id = ANY (${[...jobIds]}::uuid[])
      AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at < ${to}::timestamptz
    GROUP BY u.job_id, width_bucket(u.occurred_at, ${starts}::timestamptz[]), u.status, u.is_partial`;
  return z.array(countedRun).parse(rows);
}

async function readDay(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  day: ZonedDay,
  now: Date,
): Promise<HistoryDay> {
  const [from, to] = [new Date(day.startsAt), new Date(day.endsAt)];
  const view = {
    systemIds,
    jobId: null,
    told: 'all',
    from,
    to,
    before: null,
    limit: RUNS_SHOWN + 1,
  } as const;
  const runs = await listSystemRuns(tx, mspId, view, now);
  const changes = z.array(dayChange).parse(
    await tx.$queryRaw`
      SELECT at, from_status AS "from", to_status AS "to", reasons FROM app.status_change
      WHERE msp_id = ${mspId}::uuid AND system_id = ${systemIds[0]}::uuid
        AND at >= ${from}::timestamptz AND at < ${to}::timestamptz
      ORDER BY at LIMIT 200`,
  );
  const findings = z.array(dayFinding).parse(
    await tx.$queryRaw`
      SELECT f.rule, f.severity, f.detail, f.opened_at AS "openedAt", f.closed_at AS "closedAt", d.name AS "dataSetName",
        jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id, 'name', f.subject_name) AS subject,
        f.raw_report_id::text AS "rawReportId"
      FROM app.finding f JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.data_set_id = f.data_set_id
      WHERE f.msp_id = ${mspId}::uuid AND f.system_id = ANY (${[...systemIds]}::uuid[]) AND f.opened_at < ${to}::timestamptz
        AND (f.opened_at >= ${from}::timestamptz OR (f.closed_at >= ${from}::timestamptz AND f.closed_at < ${to}::timestamptz))
      ORDER BY f.severity, f.opened_at, f.finding_id LIMIT ${FINDINGS_SHOWN}`,
  );
  return {
    ...day,
    changes,
    runs: runs.slice(0, RUNS_SHOWN),
    hasMoreRuns: runs.length > RUNS_SHOWN,
    findings,
  };
}
