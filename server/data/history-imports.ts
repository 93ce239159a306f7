import { z } from 'zod';
import { hostKey } from '@/domain/coverage/host-key';
import { IMPORTED_STATUSES, historySettings, type HistorySettings } from '@/domain/history/settings';
import { LEFT_OUT_REASONS, type SystemsByName } from '@/domain/history/read-row';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';

/** `draft`: being explained. `waiting`, `running`: a worker brings it in. */
const HISTORY_STATES = ['draft', 'waiting', 'running', 'done', 'failed', 'cancelled'] as const;

const importRow = z.object({
  importId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  timeZone: z.string(),
  name: z.string(),
  fileName: z.string(),
  fileBytes: z.int(),
  /** Hexadecimal. */
  fileSha256: z.string(),
  state: z.enum(HISTORY_STATES),
  rowCount: z.int(),
  /** Rows that were read, and runs that were made of them, so far. */
  rowsDone: z.int(),
  runCount: z.int(),
  problem: z.string().nullable(),
  rawReportId: z.string().nullable(),
  createdAt: z.date(),
  createdByName: z.string(),
  finishedAt: z.date().nullable(),
  withdrawnAt: z.date().nullable(),
  withdrawnByName: z.string().nullable(),
});
/** A file with history, and what became of it. */
export type HistoryImport = z.output<typeof importRow>;

const COLUMNS = Prisma.sql`h.import_id::text AS "importId", h.client_id::text AS "clientId", c.name AS "clientName",
  c.time_zone AS "timeZone", h.name, h.file_name AS "fileName", h.file_bytes AS "fileBytes",
  encode(h.file_sha256, 'hex') AS "fileSha256", h.state, h.row_count AS "rowCount", h.rows_done AS "rowsDone",
  h.run_count AS "runCount", h.problem, h.raw_report_id::text AS "rawReportId", h.created_at AS "createdAt",
  h.created_by_name AS "createdByName", h.finished_at AS "finishedAt", h.withdrawn_at AS "withdrawnAt",
  h.withdrawn_by_name AS "withdrawnByName"`;

/** null: not there, or another MSP's. */
export async function findHistoryImport(
  tx: Tx,
  mspId: string,
  importId: string,
): Promise<HistoryImport | null> {
  const rows = await tx.$queryRaw`SELECT ${COLUMNS}
    FROM app.history_import h JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = h.client_id
    WHERE h.msp_id = ${mspId}::uuid AND h.import_id = ${importId}::uuid`;
  return z.array(importRow).parse(rows)[0] ?? null;
}

const HISTORY_IMPORTS_SHOWN = 200;

/** Files of the scope's clients, newest first, at most 200; those that were thrown away are left out. `clientId` null: of every client. */
export async function listHistoryImports(
  tx: Tx,
  mspId: string,
  clientId: string | null,
): Promise<HistoryImport[]> {
  const rows = await tx.$queryRaw`SELECT ${COLUMNS}
    FROM app.history_import h JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = h.client_id
    WHERE h.msp_id = ${mspId}::uuid AND h.state <> 'cancelled' AND (${clientId}::uuid IS NULL OR h.client_id = ${clientId}::uuid)
    ORDER BY h.created_at DESC, h.import_id DESC LIMIT ${HISTORY_IMPORTS_SHOWN}`;
  return z.array(importRow).parse(rows);
}

export interface NewHistoryImport {
  readonly importId: string;
  readonly clientId: string;
  readonly name: string;
  readonly fileName: string;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly fileSha256: Uint8Array<ArrayBuffer>;
  readonly head: readonly string[];
  readonly rowCount: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly createdByName: string;
}

/** Keeps a file that somebody is about to explain. */
export async function insertHistoryImport(tx: Tx, mspId: string, made: NewHistoryImport): Promise<void> {
  const { head, ...rest } = made;
  await tx.historyImport.create({
    data: { mspId, ...rest, head: [...head], fileBytes: made.file.byteLength, state: 'draft' },
    select: { importId: true },
  });
}

/** How many files an MSP has that nobody brought in or threw away yet. */
export async function countDrafts(tx: Tx, mspId: string): Promise<number> {
  return tx.historyImport.count({ where: { mspId, state: 'draft' } });
}

/** The bytes of a file, wherever they lie now; null: not there, another MSP's, or thrown away. */
export async function readHistoryFile(
  tx: Tx,
  mspId: string,
  importId: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const found = await tx.historyImport.findFirst({
    where: { mspId, importId },
    select: { file: true, rawReportId: true },
  });
  if (!found?.rawReportId) return found?.file ?? null;
  const kept = await tx.rawReport.findFirst({
    where: { mspId, rawReportId: found.rawReportId, bodyDeletedAt: null },
    select: { body: true },
  });
  return kept?.body ?? null;
}

/** How a file is read, as it was said last; null: nobody said, or not in the form of today. */
export async function findHistorySettings(
  tx: Tx,
  mspId: string,
  importId: string,
): Promise<HistorySettings | null> {
  const found = await tx.historyImport.findFirst({ where: { mspId, importId }, select: { settings: true } });
  return historySettings.safeParse(found?.settings).data ?? null;
}

/** How the newest file with the same columns was read; `clientId`: whose it was. */
export async function findRememberedSettings(
  tx: Tx,
  mspId: string,
  head: readonly string[],
): Promise<{ clientId: string; settings: HistorySettings } | null> {
  const json = JSON.stringify(head);
  const rows = await tx.$queryRaw`SELECT h.client_id::text AS "clientId", h.settings FROM app.history_import h
    WHERE h.msp_id = ${mspId}::uuid AND h.state = 'done' AND md5(h.head::text) = md5((${json}::jsonb)::text)
    ORDER BY h.created_at DESC LIMIT 1`;
  const [found] = z.array(z.object({ clientId: z.string(), settings: z.unknown() })).parse(rows);
  const settings = historySettings.safeParse(found?.settings).data;
  return found && settings ? { clientId: found.clientId, settings } : null;
}

/** Keeps what somebody says of a draft; false: it is none any more. */
export async function saveHistorySettings(
  tx: Tx,
  mspId: string,
  importId: string,
  settings: HistorySettings,
): Promise<boolean> {
  const { count } = await tx.historyImport.updateMany({
    where: { mspId, importId, state: 'draft' },
    data: { settings },
  });
  return count === 1;
}

/** Has a draft wait for its worker; false: it is none any more. */
export async function startWaiting(
  tx: Tx,
  mspId: string,
  importId: string,
  settings: HistorySettings,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.historyImport.updateMany({
    where: { mspId, importId, state: 'draft' },
    data: { state: 'waiting', settings, nextTryAt: now, problem: null },
  });
  return count === 1;
}

/** Throws a file away that is not brought in yet; false: it is over. */
export async function cancelHistoryImport(
  tx: Tx,
  mspId: string,
  importId: string,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.historyImport.updateMany({
    where: { mspId, importId, state: { in: ['draft', 'waiting', 'running', 'failed'] } },
    data: { state: 'cancelled', finishedAt: now, file: null, nextTryAt: null },
  });
  return count === 1;
}

/** Takes back what a file told, or lets it hold again (null); false: it stands so already, or is not done. */
export async function saveWithdrawal(
  tx: Tx,
  mspId: string,
  importId: string,
  withdrawn: { readonly at: Date; readonly by: string; readonly byName: string } | null,
): Promise<boolean> {
  const { count } = await tx.historyImport.updateMany({
    where: { mspId, importId, state: 'done', withdrawnAt: withdrawn ? null : { not: null } },
    data: {
      withdrawnAt: withdrawn?.at ?? null,
      withdrawnBy: withdrawn?.by ?? null,
      withdrawnByName: withdrawn?.byName ?? null,
    },
  });
  return count === 1;
}

/** Files of a client are withdrawn, restored and finished one after the other, until the end of the transaction. */
export async function lockHistory(tx: Tx, mspId: string, clientId: string): Promise<void> {
  await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(75, hashtext(${`${mspId} ${clientId}`})))::int AS locked`;
}

/** What the names of a client's systems mean: those that are merged into one lead to it. */
export async function readSystemsByName(tx: Tx, mspId: string, clientId: string): Promise<SystemsByName> {
  const rows = z.array(z.object({ systemId: z.string(), name: z.string(), hostKey: z.string() })).parse(
    await tx.$queryRaw`
      SELECT coalesce(y.merged_into_id, y.system_id)::text AS "systemId", y.name, y.host_key AS "hostKey"
      FROM app.system y
      LEFT JOIN app.system m ON m.msp_id = ${mspId}::uuid AND m.system_id = y.merged_into_id
      WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ${clientId}::uuid
        AND CASE WHEN m.system_id IS NULL THEN y.archived_at IS NULL ELSE m.archived_at IS NULL END
      ORDER BY y.system_id`,
  );
  const byName = new Map<string, Set<string>>();
  for (const { systemId, name, hostKey: key } of rows)
    for (const one of [hostKey(name), hostKey(key)])
      byName.set(one, (byName.get(one) ?? new Set()).add(systemId));
  return new Map([...byName].map(([name, ids]) => [name, [...ids]]));
}

const namedSystem = z.object({ systemId: z.string(), name: z.string() });
/** A client's systems to choose from, by name, at most 5000. */
export async function listNamedSystemsOf(
  tx: Tx,
  mspId: string,
  clientId: string,
): Promise<z.output<typeof namedSystem>[]> {
  const rows = await tx.system.findMany({
    where: { mspId, clientId, archivedAt: null },
    select: { systemId: true, name: true },
    orderBy: [{ name: 'asc' }, { systemId: 'asc' }],
    take: 5000,
  });
  return z.array(namedSystem).parse(rows);
}

const countsRow = z.object({
  status: z.enum(IMPORTED_STATUSES),
  count: z.int(),
  from: z.date(),
  to: z.date(),
});
/** Runs that a file tells, by how they ended, each with when the first and the last was. */
export type ImportedCount = z.output<typeof countsRow>;

export async function countImportedRuns(tx: Tx, mspId: string, importId: string): Promise<ImportedCount[]> {
  const rows = await tx.$queryRaw`
    SELECT u.status, count(*)::int AS count, min(u.occurred_at) AS "from", max(u.occurred_at) AS "to" FROM app.imported_run u
    WHERE u.msp_id = ${mspId}::uuid AND u.import_id = ${importId}::uuid
    GROUP BY u.status ORDER BY array_position(ARRAY['success', 'warning', 'failed'], u.status)`;
  return z.array(countsRow).parse(rows);
}

const systemCountRow = z.object({
  systemId: z.string(),
  name: z.string(),
  count: z.int(),
  jobCount: z.int(),
});
/** Of which systems a file tells, the most runs first, at most 200. */
export async function countRunsBySystem(
  tx: Tx,
  mspId: string,
  importId: string,
): Promise<z.output<typeof systemCountRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.name, g.count, g.jobs AS "jobCount"
    FROM (SELECT u.system_id, count(*)::int AS count, count(DISTINCT lower(u.job_name))::int AS jobs FROM app.imported_run u
      WHERE u.msp_id = ${mspId}::uuid AND u.import_id = ${importId}::uuid GROUP BY u.system_id) g
    JOIN app.system n ON n.msp_id = ${mspId}::uuid AND n.system_id = g.system_id
    JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = coalesce(n.merged_into_id, n.system_id)
    ORDER BY g.count DESC, lower(y.name) LIMIT 200`;
  return z.array(systemCountRow).parse(rows);
}

const reasonRow = z.object({ why: z.enum(LEFT_OUT_REASONS), count: z.int() });
/** Rows of which no run was made, by why, the most frequent first. */
export async function countLeftOut(
  tx: Tx,
  mspId: string,
  importId: string,
): Promise<z.output<typeof reasonRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT l.why, count(*)::int AS count FROM app.left_out_row l
    WHERE l.msp_id = ${mspId}::uuid AND l.import_id = ${importId}::uuid GROUP BY l.why ORDER BY count DESC, l.why`;
  return z.array(reasonRow).parse(rows);
}

const leftOutRow = z.object({
  line: z.int(),
  why: z.enum(LEFT_OUT_REASONS),
  detail: z.string().nullable(),
});

/** Those behind a line, by line, at most `limit`. */
export async function listLeftOut(
  tx: Tx,
  mspId: string,
  importId: string,
  afterLine: number,
  limit: number,
): Promise<z.output<typeof leftOutRow>[]> {
  const rows = await tx.leftOutRow.findMany({
    where: { mspId, importId, line: { gt: afterLine } },
    select: { line: true, why: true, detail: true },
    orderBy: { line: 'asc' },
    take: limit,
  });
  return z.array(leftOutRow).parse(rows);
}
