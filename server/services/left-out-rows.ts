import { type LeftOutRow, RowReader } from '@/domain/history/read-row';
import type { FileRecord } from '@/domain/text/csv';
import type { CsvCell } from '../csv';
import type { Database } from '../data/database';
import {
  findHistoryImport,
  findHistorySettings,
  type HistoryImport,
  listLeftOut,
  readHistoryFile,
  readSystemsByName,
} from '../data/history-imports';
import { findKnownLines } from '../data/imported-runs';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { openHistoryBytes, slicesOf } from './history-file';
import { readAll, withoutKnown } from './preview-history';

const ROWS_AT_ONCE = 5000;

/** What stands before a row's own cells. */
const LEFT_OUT_HEAD = ['Line', 'Why', 'What'] as const;

/** The names of a file's columns. @throws AppError as `leftOutRows` */
export async function leftOutHead(
  database: Database,
  scope: TenantScope,
  importId: string,
): Promise<readonly string[]> {
  const { file } = await open(database, scope, importId);
  return [...LEFT_OUT_HEAD, ...file.head];
}

/**
 * The rows of a file of which no run is made, in its order: line, why, what is the matter, and the row's own cells. Of a draft as it would be
 * read by what was said last.
 * @throws AppError `not-found` for an import that is not there, `conflict` for one that was thrown away or that nobody has looked at
 */
export async function* leftOutRows(
  database: Database,
  scope: TenantScope,
  importId: string,
  now: Date,
): AsyncGenerator<CsvCell[]> {
  const { found, file } = await open(database, scope, importId);
  const find =
    found.state === 'draft' ? await draftFinder(database, scope, found, now, file.head.length) : null;
  let after = 0;
  for await (const slice of slicesOf(file.rows(), ROWS_AT_ONCE)) {
    const last = slice.at(-1)?.line ?? after;
    const leftOut = find ? await find(slice) : await keptBetween(database, scope, importId, after, last);
    const byLine = new Map(leftOut.map((row) => [row.line, row]));
    for (const { line, cells } of slice) {
      const row = byLine.get(line);
      if (row) yield [line, row.why, row.detail, ...cells];
    }
    after = last;
  }
}

async function open(database: Database, scope: TenantScope, importId: string) {
  const { mspId } = scope;
  const { found, bytes } = await database.inScope(scope, async (tx) => ({
    found: await findHistoryImport(tx, mspId, importId),
    bytes: await readHistoryFile(tx, mspId, importId),
  }));
  if (!found) throw nothingHere();
  const file = bytes && openHistoryBytes(bytes);
  if (!file || typeof file === 'string')
    throw new AppError('conflict', 'This file was thrown away: its rows are not kept.');
  return { found, file };
}

async function keptBetween(
  database: Database,
  scope: TenantScope,
  importId: string,
  after: number,
  last: number,
): Promise<LeftOutRow[]> {
  const rows = await database.inScope(scope, (tx) =>
    listLeftOut(tx, scope.mspId, importId, after, ROWS_AT_ONCE),
  );
  return rows.filter(({ line }) => line <= last);
}

async function draftFinder(
  database: Database,
  scope: TenantScope,
  { importId, clientId }: HistoryImport,
  now: Date,
  columnCount: number,
): Promise<(slice: readonly FileRecord[]) => Promise<LeftOutRow[]>> {
  const { mspId } = scope;
  const { settings, systems } = await database.inScope(scope, async (tx) => ({
    settings: await findHistorySettings(tx, mspId, importId),
    systems: await readSystemsByName(tx, mspId, clientId),
  }));
  if (!settings) throw new AppError('conflict', 'Look at the preview first: it says how the file is read.');
  const reader = new RowReader(settings, columnCount, systems, now.getTime());
  return async (slice) => {
    const { leftOut } = await withoutKnown(readAll(reader, slice), (runs) =>
      database.inScope(scope, (tx) => findKnownLines(tx, mspId, importId, runs)),
    );
    return leftOut;
  };
}
