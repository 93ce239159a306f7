import { linesResponse } from './lines';

/** A cell of a table that leaves as CSV. An instant becomes ISO 8601 in UTC, null an empty cell. */
export type CsvCell = string | number | bigint | Date | null;

/** What a spreadsheet takes for the beginning of a formula, in the full-width forms too, whatever blanks stand before it. */
const FORMULA = /^[\s\u{FEFF}]*[=+\-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}]|^[\t\r\n]/u;
/** The same behind what ends a cell where the list separator is another one than ours: quotes count only at a cell's beginning. */
const FORMULA_WITHIN = /([;\t\r\n]["\s\u{FEFF}]*)(?=[=+\-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}])/gu;
/** Separators of any locale's spreadsheet, and blanks that some take away. */
const NEEDS_QUOTES = /[",;|\t\r\n]|^\s|\s$/;

/**
 * One record of RFC 4180, with its line end. Text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP,
 * CSV injection); numbers are numbers.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  const text = cell.replaceAll('\0', '');
  const begin = Math.max(0, text.search(/[^\s\u{FEFF}]/u));
  const quiet = text.slice(0, begin) + text.slice(begin).replaceAll(FORMULA_WITHIN, "$1'");
  const safe = FORMULA.test(quiet) ? `'${quiet}` : quiet;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * A table as a file to download, sent row by row as it is read. In UTF-8 with a byte order mark, without which Excel takes it for
 * another encoding. When reading fails halfway the transfer breaks off, so that nobody takes a part for the whole.
 */
export function csvResponse(
  fileName: string,
  head: readonly string[],
  rows: AsyncIterable<readonly CsvCell[]> | Iterable<readonly CsvCell[]>,
): Response {
  return linesResponse(fileName, 'text/csv; charset=utf-8; header=present', linesOf(head, rows));
}

async function* linesOf(
  head: readonly string[],
  rows: AsyncIterable<readonly CsvCell[]> | Iterable<readonly CsvCell[]>,
): AsyncGenerator<string> {
  yield `\u{FEFF}${csvLine(head)}`;
  for await (const row of rows) yield csvLine(row);
}
