export interface FileRecord {
  /** The line of the file in which it begins, from 1 on. */
  readonly line: number;
  readonly cells: readonly string[];
  /** A quote in it is never closed, so that the rest of the file is in its last cell. */
  readonly isOpen: boolean;
}

const DELIMITERS = [',', ';', '\t'] as const;

/**
 * Reads CSV (RFC 4180) with commas, semicolons or tabs, with or without a byte order mark, record by record as they are asked for. Rows
 * without any text are left out.
 */
export function* readCsv(text: string): Generator<FileRecord> {
  const content = text.startsWith('\u{FEFF}') ? text.slice(1) : text;
  for (const record of recordsOf(content, delimiterOf(content)))
    if (record.cells.some((cell) => cell.trim() !== '')) yield record;
}

/** The one that the first line has most of, outside of quotes. */
function delimiterOf(text: string): string {
  const line = (/^\s*([^\r\n]*)/.exec(text)?.[1] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function* recordsOf(text: string, delimiter: string): Generator<FileRecord> {
  let line = 1;
  let begunIn = 1;
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { cell, end, isOpen } = cellAt(text, at, delimiter);
    cells.push(cell);
    line += countLines(text, at, end);
    const closedBy = text.charAt(end);
    at = end + 1;
    if (closedBy === delimiter) {
      if (at < text.length) continue;
      cells.push('');
    }
    yield { line: begunIn, cells, isOpen };
    if (closedBy === '\r' && text.charAt(at) === '\n') at++;
    line++;
    begunIn = line;
    cells = [];
  }
}

/** The cell that begins here, and where the delimiter or line end behind it stands. */
function cellAt(
  text: string,
  begin: number,
  delimiter: string,
): { cell: string; end: number; isOpen: boolean } {
  if (text.charAt(begin) !== '"') {
    const end = endOfPlain(text, begin, delimiter);
    return { cell: text.slice(begin, end), end, isOpen: false };
  }
  let cell = '';
  let from = begin + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return { cell: cell + text.slice(from), end: text.length, isOpen: true };
    cell += text.slice(from, quote);
    if (text.charAt(quote + 1) !== '"') {
      const end = endOfPlain(text, quote + 1, delimiter);
      return { cell: cell + text.slice(quote + 1, end), end, isOpen: false };
    }
    cell += '"';
    from = quote + 2;
  }
}

function endOfPlain(text: string, begin: number, delimiter: string): number {
  let end = begin;
  while (end < text.length && !isOneOf(text.charAt(end), delimiter)) end++;
  return end;
}

function isOneOf(character: string, delimiter: string): boolean {
  return character === delimiter || character === '\n' || character === '\r';
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
