import { cutText } from '../text/cut-text';
import { type FileRecord, readCsv } from '../text/csv';
import { visibleText } from '../text/visible-text';

/** The file's text is cut into records before anybody says what its columns mean. */
export interface InventoryFile {
  readonly head: readonly string[];
  readonly records: readonly FileRecord[];
}

export const FILE_RECORDS_MAX = 20_000;
export const FILE_COLUMNS_MAX = 200;

export type FileProblem = 'empty' | 'too-many-rows' | 'too-many-columns';

const TITLE_MAX = 100;
/** Reads CSV, its first row being the head. Answers why not where it is no table of a size that is taken. */
export function readInventoryFile(text: string): InventoryFile | FileProblem {
  const records: FileRecord[] = [];
  for (const record of readCsv(text)) {
    records.push(record);
    if (records.length > FILE_RECORDS_MAX + 1) return 'too-many-rows';
  }
  const [head, ...rest] = records;
  if (!head) return 'empty';
  if (head.cells.length > FILE_COLUMNS_MAX) return 'too-many-columns';
  const titles = head.cells.map((cell) => cutText(visibleText(cell.trim()), TITLE_MAX));
  return { head: titles, records: rest };
}
