import { v7 } from 'uuid';
import { z } from 'zod';
import { type LeftOutRow, type RowRun, SAME_RUN_WITHIN } from '@/domain/history/read-row';
import { historySettings } from '@/domain/history/settings';
import { SECOND } from '@/domain/time/instant';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { instant } from './fact-rows';
import { jsonRows } from './json-rows';

/** Where runs of files are read: of those that are done and were not withdrawn. */
export function heldImports(mspId: string): Prisma.Sql {
  return Prisma.sql`SELECT h.import_id, h.raw_report_id, h.name, h.created_by_name, h.created_at FROM app.history_import h
    WHERE h.msp_id = ${mspId}::uuid AND h.state = 'done' AND h.withdrawn_at IS NULL`;
}

/** Whether files that hold tell of these systems. */
export async function hasImportedRuns(tx: Tx, mspId: string, systemIds: readonly string[]): Promise<boolean> {
  const rows = await tx.$queryRaw`
    SELECT EXISTS (SELECT FROM app.imported_run u JOIN (${heldImports(mspId)}) h ON h.import_id = u.import_id
      WHERE u.msp_id = ${mspId}::uuid AND u.system_id = ANY (${[...systemIds]}::uuid[])) AS "isSo"`;
  return z.tuple([z.object({ isSo: z.boolean() })]).parse(rows)[0].isSo;
}

const dayCountRow = z.object({
  jobName: z.string(),
  status: z.enum(['success', 'warning', 'failed']),
  at: instant,
  count: z.int(),
});
/** Runs of one job and day that ended alike, as files tell; `at`: when the first of them was. */
export type ImportedDayCount = z.output<typeof dayCountRow>;

/** How the runs that files tell of these systems ended, day by day (`starts`, ISO 8601) up to `to`, each job by the name that files give it. */
export async function countImportedDays(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  { starts, from, to }: { readonly starts: readonly string[]; readonly from: Date; readonly to: Date },
): Promise<ImportedDayCount[]> {
  const rows = await tx.$queryRaw`
    SELECT min(u.job_name) AS "jobName", u.status, min(u.occurred_at) AS at, count(*)::int AS count
    FROM app.imported_run u JOIN (${heldImports(mspId)}) h ON h.import_id = u.import_id
    WHERE u.msp_id = ${mspId}::uuid AND u.system_id = ANY (${[...systemIds]}::uuid[])
      AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at < ${to}::timestamptz
    GROUP BY lower(u.job_name), width_bucket(u.occurred_at, ${[...starts]}::timestamptz[]), u.status`;
  return z.array(dayCountRow).parse(rows);
}

/**
 * The lines of runs that something told of before: Holdfast's own channels, or another file that holds. Of one job by its name, within ten
 * minutes. What was missed, nobody told of.
 */
export async function findKnownLines(
  tx: Tx,
  mspId: string,
  importId: string,
  runs: readonly RowRun[],
): Promise<Set<number>> {
  if (runs.length === 0) return new Set();
  const starts = runs.map(({ occurredAt }) => occurredAt);
  const from = new Date(Math.min(...starts) - SAME_RUN_WITHIN);
  const to = new Date(Math.max(...starts) + SAME_RUN_WITHIN);
  const systemIds = [...new Set(runs.map(({ systemId }) => systemId))];
  const asked = runs.map(({ line, systemId, jobName, occurredAt }) => ({
    line,
    system_id: systemId,
    job: jobName.toLowerCase(),
    at: new Date(occurredAt),
  }));
  const within = SAME_RUN_WITHIN / SECOND;
  // Looked up by stretches of as much, of which a run's own and those beside it are asked for.
  const rows = await tx.$queryRaw`
    WITH asked AS MATERIALIZED (
      SELECT a.*, floor(extract(epoch FROM a.at) / ${within}::int)::bigint + s.step AS stretch
      FROM jsonb_to_recordset(${jsonRows(asked)}::jsonb) AS a (line int, system_id uuid, job text, at timestamptz)
      CROSS JOIN (VALUES (-1), (0), (1)) AS s (step)
    ),
    told AS MATERIALIZED (
      SELECT coalesce(y.merged_into_id, y.system_id) AS system_id, lower(j.name) AS job, u.occurred_at AS at
      FROM app.run u
      JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = u.job_id
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = u.system_id
      WHERE u.msp_id = ${mspId}::uuid AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at <= ${to}::timestamptz
        AND coalesce(y.merged_into_id, y.system_id) = ANY (${systemIds}::uuid[]) AND u.status <> 'missed'
      UNION ALL
      SELECT coalesce(y.merged_into_id, y.system_id), lower(u.job_name), u.occurred_at
      FROM app.imported_run u
      JOIN (${heldImports(mspId)}) h ON h.import_id = u.import_id AND h.import_id <> ${importId}::uuid
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = u.system_id
      WHERE u.msp_id = ${mspId}::uuid AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at <= ${to}::timestamptz
        AND coalesce(y.merged_into_id, y.system_id) = ANY (${systemIds}::uuid[])
    )
    SELECT DISTINCT a.line FROM asked a
    JOIN told t ON t.system_id = a.system_id AND t.job = a.job AND floor(extract(epoch FROM t.at) / ${within}::int)::bigint = a.stretch
    WHERE abs(extract(epoch FROM t.at - a.at)) < ${within}::int`;
  return new Set(
    z
      .array(z.object({ line: z.int() }))
      .parse(rows)
      .map(({ line }) => line),
  );
}

/** How many runs of a file another file tells of too, which holds or is being brought in. */
export async function countToldElsewhere(tx: Tx, mspId: string, importId: string): Promise<number> {
  const within = SAME_RUN_WITHIN / SECOND;
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS count FROM app.imported_run u
    WHERE u.msp_id = ${mspId}::uuid AND u.import_id = ${importId}::uuid
      AND EXISTS (SELECT FROM app.imported_run o JOIN app.history_import h ON h.msp_id = ${mspId}::uuid
          AND h.import_id = o.import_id AND h.state IN ('running', 'done') AND h.withdrawn_at IS NULL
        WHERE o.msp_id = ${mspId}::uuid AND o.import_id <> u.import_id AND o.system_id = u.system_id
          AND lower(o.job_name) = lower(u.job_name)
          AND o.occurred_at > u.occurred_at - make_interval(secs => ${within}::int)
          AND o.occurred_at < u.occurred_at + make_interval(secs => ${within}::int))`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

const claimedRow = z.object({
  importId: z.string(),
  clientId: z.string(),
  attempts: z.int(),
  rowCount: z.int(),
  rowsDone: z.int(),
  runCount: z.int(),
  settings: historySettings,
});
/** A file that a worker brings in; `attempts` numbers its turn. `rowsDone`, `runCount`: where the turn before was left. */
export type ClaimedImport = z.output<typeof claimedRow>;

/**
 * Takes the file that has waited longest, or whose worker has not been heard for longer than its lease, until `leaseUntil`: one of a client
 * at a time, so that two files which tell the same do not both tell it. null: none is due.
 */
export async function claimHistoryImport(
  tx: Tx,
  mspId: string,
  now: Date,
  leaseUntil: Date,
): Promise<ClaimedImport | null> {
  await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(76, hashtext(${mspId})))::int AS locked`;
  const rows = await tx.$queryRaw`
    UPDATE app.history_import h SET state = 'running', attempts = h.attempts + 1, next_try_at = ${leaseUntil}
    WHERE h.msp_id = ${mspId}::uuid AND h.import_id = (SELECT q.import_id FROM app.history_import q
      WHERE q.msp_id = ${mspId}::uuid AND q.state IN ('waiting', 'running') AND q.next_try_at <= ${now}::timestamptz
        AND NOT EXISTS (SELECT FROM app.history_import o WHERE o.msp_id = ${mspId}::uuid AND o.client_id = q.client_id
          AND o.state = 'running' AND o.next_try_at > ${now}::timestamptz)
      ORDER BY q.next_try_at, q.import_id LIMIT 1)
    RETURNING h.import_id::text AS "importId", h.client_id::text AS "clientId", h.attempts, h.row_count AS "rowCount",
      h.rows_done AS "rowsDone", h.run_count AS "runCount", h.settings`;
  return z.array(claimedRow).parse(rows)[0] ?? null;
}

/** What a worker made of some rows, up to one. */
export interface HistoryBatch {
  readonly runs: readonly RowRun[];
  readonly leftOut: readonly LeftOutRow[];
  readonly rowsDone: number;
  readonly runCount: number;
  readonly leaseUntil: Date;
}

/** Keeps a batch; false: the import was cancelled, or is another worker's by now, and nothing is kept. */
export async function keepHistoryBatch(
  tx: Tx,
  mspId: string,
  { importId, clientId, attempts }: ClaimedImport,
  { runs, leftOut, rowsDone, runCount, leaseUntil }: HistoryBatch,
): Promise<boolean> {
  const { count } = await tx.historyImport.updateMany({
    where: { mspId, importId, attempts, state: 'running' },
    data: { rowsDone, runCount, nextTryAt: leaseUntil },
  });
  if (count === 0) return false;
  const rows = runs.map(({ occurredAt, startedAt, endedAt, ...run }) => ({
    runId: v7(),
    ...run,
    occurredAt: new Date(occurredAt),
    startedAt: startedAt === null ? null : new Date(startedAt),
    endedAt: endedAt === null ? null : new Date(endedAt),
  }));
  await tx.$executeRaw`
    INSERT INTO app.imported_run (msp_id, import_id, client_id, line, run_id, system_id, occurred_at, started_at, ended_at, status,
      job_name, tool, repository_name, size_bytes, message)
    SELECT ${mspId}::uuid, ${importId}::uuid, ${clientId}::uuid, r.line, r."runId", r."systemId", r."occurredAt", r."startedAt",
      r."endedAt", r.status, r."jobName", r.tool, r."repositoryName", r."sizeBytes", r.message
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r (line int, "runId" uuid, "systemId" uuid, "occurredAt" timestamptz,
      "startedAt" timestamptz, "endedAt" timestamptz, status text, "jobName" text, tool text, "repositoryName" text,
      "sizeBytes" bigint, message text)`;
  await tx.$executeRaw`
    INSERT INTO app.left_out_row (msp_id, import_id, client_id, line, why, detail)
    SELECT ${mspId}::uuid, ${importId}::uuid, ${clientId}::uuid, r.line, r.why, r.detail
    FROM jsonb_to_recordset(${jsonRows(leftOut)}::jsonb) AS r (line int, why text, detail text)`;
  return true;
}

/**
 * Has a file hold: lays it to the raw reports, as the one message of a channel that was closed at once, and shows its runs. false: it was
 * cancelled, or is another worker's.
 */
export async function finishHistoryImport(
  tx: Tx,
  mspId: string,
  { importId, clientId, attempts }: ClaimedImport,
  rawReportId: string,
  now: Date,
): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT count(*)::int AS count FROM (SELECT FROM app.history_import h
    WHERE h.msp_id = ${mspId}::uuid AND h.import_id = ${importId}::uuid AND h.attempts = ${attempts} AND h.state = 'running'
    FOR UPDATE) mine`;
  if (z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count === 0) return false;
  // Its host name is no machine's, so that nothing takes the file for the voice of a system.
  await tx.$executeRaw`
    INSERT INTO app.agent (msp_id, agent_id, client_id, name, hostname, version, enrolled_at, revoked_at, channel)
    SELECT h.msp_id, h.import_id, h.client_id, h.name, 'import ' || h.import_id, 'import', h.created_at, ${now}::timestamptz, 'import'
    FROM app.history_import h WHERE h.msp_id = ${mspId}::uuid AND h.import_id = ${importId}::uuid`;
  await tx.$executeRaw`
    INSERT INTO app.raw_report (msp_id, raw_report_id, client_id, agent_id, epoch, sequence, received_at, sent_at, content_encoding,
      body, body_sha256, signature, envelope)
    SELECT h.msp_id, ${rawReportId}::uuid, h.client_id, h.import_id, h.import_id, 1, ${now}::timestamptz, h.created_at, 'identity',
      h.file, h.file_sha256, '', jsonb_build_object('ping', NULL, 'mail', NULL,
        'import', jsonb_build_object('fileName', h.file_name, 'byName', h.created_by_name))
    FROM app.history_import h WHERE h.msp_id = ${mspId}::uuid AND h.import_id = ${importId}::uuid`;
  await tx.$executeRaw`
    INSERT INTO app.inbox (msp_id, raw_report_id, client_id, received_at, state, finished_at)
    VALUES (${mspId}::uuid, ${rawReportId}::uuid, ${clientId}::uuid, ${now}::timestamptz, 'processed', ${now}::timestamptz)`;
  await tx.historyImport.updateMany({
    where: { mspId, importId },
    data: { state: 'done', finishedAt: now, file: null, rawReportId, nextTryAt: null, problem: null },
  });
  return true;
}

/** Has it tried again at `nextTryAt`; null: it is given up. */
export async function postponeHistoryImport(
  tx: Tx,
  mspId: string,
  { importId, attempts }: ClaimedImport,
  problem: string,
  nextTryAt: Date | null,
  now: Date,
): Promise<void> {
  await tx.historyImport.updateMany({
    where: { mspId, importId, attempts, state: 'running' },
    data:
      nextTryAt === null
        ? { state: 'failed', problem, finishedAt: now, nextTryAt: null }
        : { state: 'waiting', problem, nextTryAt },
  });
}
