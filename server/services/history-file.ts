import { setImmediate as breathe } from 'node:timers/promises';
import { textOf } from '@/domain/history/file-text';
import { type HistoryFile, type HistoryFileProblem, openHistoryFile } from '@/domain/history/history-file';
import type { FileRecord } from '@/domain/text/csv';

/** So many rows are read at one go: a few milliseconds, in which nobody else is served. */
const ROWS_AT_ONCE = 1000;

/** Opens the bytes of a file; a problem where it is none that can be read. */
export function openHistoryBytes(bytes: Uint8Array): HistoryFile | HistoryFileProblem {
  return openHistoryFile(textOf(bytes).text);
}

/** The rows of a file in slices, others having their turn between them. */
export async function* slicesOf(
  rows: Iterable<FileRecord>,
  size = ROWS_AT_ONCE,
): AsyncGenerator<FileRecord[]> {
  let slice: FileRecord[] = [];
  for (const row of rows) {
    slice.push(row);
    if (slice.length < size) continue;
    yield slice;
    slice = [];
    await breathe();
  }
  if (slice.length > 0) yield slice;
}
