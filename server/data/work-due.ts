import { z } from 'zod';
import { DRILL_CONFIRM_WITHIN } from '@/domain/restore-test/drill';
import { SECOND } from '@/domain/time/instant';
import type { Database, Tx } from './database';

/**
 * What an MSP can have to do: reports to process, systems to evaluate, mail to send, something to tell, notifications to send, tickets to
 * keep, documents to make, monthly reports that may go out with theirs, servers to pull from,
 * files of history to bring in.
 */
const WORK_KINDS = [
  'inbox',
  'evaluation',
  'mail',
  'telling',
  'notification',
  'ticket',
  'document',
  'report',
  'pull',
  'history',
] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** Every MSP there is, for the rounds of the worker. */
export async function listMspIds(database: Database): Promise<string[]> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT msp_ids::text AS msp_id FROM identity.msp_ids()`,
  );
  return z
    .array(z.object({ msp_id: z.string() }))
    .parse(rows)
    .map((row) => row.msp_id);
}

/** MSPs with work of these kinds that is due at `now`, longest waiting first. The hints hold no customer data. */
export async function listMspsWithWork(
  database: Database,
  kinds: readonly WorkKind[],
  now: Date,
  limit: number,
): Promise<string[]> {
  const rows = await database.withoutScope(
    (
      tx,
    ) => tx.$queryRaw`SELECT msp_id::text FROM app.work_due WHERE due_at <= ${now} AND kind = ANY (${[...kinds]}::text[])
      GROUP BY msp_id ORDER BY min(due_at) LIMIT ${limit}`,
  );
  return z
    .array(z.object({ msp_id: z.string() }))
    .parse(rows)
    .map((row) => row.msp_id);
}

/** Says that an MSP has work of a kind from `dueAt` on; never postpones what is due earlier. */
export async function hintWork(tx: Tx, mspId: string, kind: WorkKind, dueAt: Date): Promise<void> {
  await tx.$executeRaw`INSERT INTO app.work_due AS w (msp_id, kind, due_at) VALUES (${mspId}::uuid, ${kind}, ${dueAt})
    ON CONFLICT (msp_id, kind) DO UPDATE SET due_at = excluded.due_at WHERE w.due_at > excluded.due_at`;
}

/**
 * Moves an MSP's hints to when there will really be something to do, an hour from `now` at the latest. Each hint is locked
 * before the question is asked: whoever adds work holds that lock until its rows can be seen.
 */
export async function settleHints(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind IN ('inbox', 'evaluation')
    ORDER BY kind FOR UPDATE`;
  await tx.$executeRaw`UPDATE app.work_due SET due_at = coalesce(
      (SELECT min(coalesce(next_try_at, received_at)) FROM app.inbox WHERE msp_id = ${mspId}::uuid AND state = 'pending'),
      ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'inbox'`;
  await tx.$executeRaw`UPDATE app.work_due SET due_at = least(
      (SELECT min(dirty_at) FROM app.system_status WHERE msp_id = ${mspId}::uuid AND dirty_at IS NOT NULL),
      (SELECT min(changes_at) FROM app.system_status WHERE msp_id = ${mspId}::uuid AND changes_at IS NOT NULL),
      (SELECT min(coverage_due_at) FROM app.client WHERE msp_id = ${mspId}::uuid AND coverage_due_at IS NOT NULL),
      (SELECT min(CASE WHEN alarm_opened_at IS NULL THEN ended_at
          ELSE coalesce(confirmed_at, alarm_opened_at + make_interval(secs => ${DRILL_CONFIRM_WITHIN / SECOND})) END)
        FROM app.restore_request
        WHERE msp_id = ${mspId}::uuid AND is_drill AND state = 'done' AND alarm_closed_at IS NULL
          AND result NOT IN ('error', 'skipped') AND (result = 'noticed' OR alarm_opened_at IS NULL)),
      ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'evaluation'`;
}

/** The same for mail: until the next try of what waits, an hour from `now` at the latest. */
export async function settleMailHint(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind = 'mail' FOR UPDATE`;
  await tx.$executeRaw`UPDATE app.work_due SET due_at = least(
      (SELECT min(next_try_at) FROM app.mail_outbox WHERE msp_id = ${mspId}::uuid AND state = 'waiting'),
      ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'mail'`;
}

/** The same for notifications: until the next try of what waits. */
export async function settleNotificationHint(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind = 'notification' FOR UPDATE`;
  await tx.$executeRaw`UPDATE app.work_due SET due_at = least(
      (SELECT min(next_try_at) FROM app.notification WHERE msp_id = ${mspId}::uuid AND state = 'waiting'),
      ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'notification'`;
}

/** The same for tickets: until the next try of what waits. */
export async function settleTicketHint(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind = 'ticket' FOR UPDATE`;
  await tx.$executeRaw`UPDATE app.work_due SET due_at = least(
      (SELECT min(next_try_at) FROM app.ticket WHERE msp_id = ${mspId}::uuid AND state = 'waiting'),
      ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'ticket'`;
}

/** The same for documents: until the next one that waits, was left by its worker, or wants its time stamp; and for previews, until they end. */
export async function settleDocumentHint(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind = 'document' FOR UPDATE`;
  await tx.$executeRaw`UPDATE app.work_due SET due_at = least(
      (SELECT min(next_try_at) FROM app.document WHERE msp_id = ${mspId}::uuid AND state IN ('waiting', 'rendering')),
      (SELECT min(stamp_due_at) FROM app.document WHERE msp_id = ${mspId}::uuid AND stamp_due_at IS NOT NULL),
      (SELECT min(CASE WHEN state IN ('waiting', 'rendering') THEN least(next_try_at, expires_at) ELSE expires_at END)
        FROM app.document_preview WHERE msp_id = ${mspId}::uuid),
      ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'document'`;
}

/** The same for pulls: until the next connector is due, or was left by its worker. */
export async function settlePullHint(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind = 'pull' FOR UPDATE`;
  await tx.$executeRaw`UPDATE app.work_due SET due_at = least(
      (SELECT min(greatest(c.next_pull_at, c.claimed_until)) FROM app.pull_connector c
        JOIN app.agent a ON a.msp_id = c.msp_id AND a.agent_id = c.channel_id AND a.revoked_at IS NULL
        JOIN app.client l ON l.msp_id = c.msp_id AND l.client_id = c.client_id AND l.archived_at IS NULL
        WHERE c.msp_id = ${mspId}::uuid AND c.next_pull_at IS NOT NULL),
      ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'pull'`;
}

/** The same for files of history: until the next one that waits, or was left by its worker. */
export async function settleHistoryHint(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind = 'history' FOR UPDATE`;
  await tx.$executeRaw`UPDATE app.work_due SET due_at = least(
      (SELECT min(next_try_at) FROM app.history_import WHERE msp_id = ${mspId}::uuid AND state IN ('waiting', 'running')),
      ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'history'`;
}

/** Has nobody look at an MSP's monthly reports for an hour from `now`, unless something is hinted again. Ask afterwards what there is. */
export async function settleReportHint(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$executeRaw`UPDATE app.work_due SET due_at = ${now}::timestamptz + interval '1 hour'
    WHERE msp_id = ${mspId}::uuid AND kind = 'report'`;
}

/** Keeps other workers from an MSP's monthly reports until commit. Ask afterwards what there is. */
export async function lockReports(tx: Tx, mspId: string, now: Date): Promise<void> {
  await hintWork(tx, mspId, 'report', new Date(now.getTime() + 3_600_000));
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind = 'report' FOR UPDATE`;
}

/**
 * Begins to decide what an MSP tells: keeps others from deciding until commit, and whoever adds something to tell until then. Ask
 * afterwards what there is.
 */
export async function lockTelling(tx: Tx, mspId: string, now: Date): Promise<void> {
  await hintWork(tx, mspId, 'telling', now);
  await tx.$queryRaw`SELECT 1 AS one FROM app.work_due WHERE msp_id = ${mspId}::uuid AND kind = 'telling' FOR UPDATE`;
}

/** When there may be something to tell again; null: in an hour. */
export async function settleTelling(tx: Tx, mspId: string, lookAt: Date | null, now: Date): Promise<void> {
  await tx.$executeRaw`UPDATE app.work_due SET due_at = least(${lookAt}::timestamptz, ${now}::timestamptz + interval '1 hour')
    WHERE msp_id = ${mspId}::uuid AND kind = 'telling'`;
}

/** Makes the partitions of runs that the coming months need. */
export async function ensureRunPartitions(database: Database): Promise<void> {
  await database.withoutScope((tx) => tx.$executeRaw`SELECT app.ensure_run_partitions()`);
}
