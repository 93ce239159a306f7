import { isCsvReport } from './csv-report';

/** More text, or more lines, than any product writes into a mail; what a mail within them takes to be read is bounded by them too. */
const BYTES_MAX = 4 * 1024 * 1024;
const LINES_MAX = 100_000;
const HEAD_BYTES_MAX = 256 * 1024;
/** No boundary is longer, nor an empty line: a longer one may be looked at in pieces. */
const LINE_BYTES_MAX = 1000;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
/** Parts that are read; all others are files that somebody sent along. */
const READ_TYPES = /^(?:text|multipart|message)\//i;

/**
 * A mail without the content of its files, which nobody reads: a mail of 25 MiB costs no more memory than its text.
 * @throws Error where what is left is longer than anybody writes: a text that was cut could have said the opposite further down
 */
export function readablePart(raw: Uint8Array): Buffer {
  const reader = createMailReader();
  reader.add(raw);
  return reader.end();
}

/** Reads a mail piece by piece and keeps its readable part. */
export interface MailReader {
  /** @throws Error as `readablePart` */
  add(chunk: Uint8Array): void;
  /** What is readable of all that came. */
  end(): Buffer;
}

export function createMailReader(): MailReader {
  const boundaries = new Set<string>();
  const kept: Buffer[] = [];
  const size = { kept: 0, lines: 0 };
  let place: 'head' | 'text' | 'file' = 'head';
  let head: Buffer[] = [];
  let headBytes = 0;
  let rest: Buffer = Buffer.alloc(0);
  let isLineStart = true;
  /** null: its own head has not ended yet. */
  let isOfCsv: boolean | null = null;

  /** @param line a line with its end, or a piece of a long one */
  function look(line: Buffer): void {
    const isWholeLine = isLineStart;
    isLineStart = line.at(-1) === LF;
    if (isLineStart && place !== 'file' && ++size.lines > LINES_MAX)
      throw new Error('this mail has too many lines to be read');
    if (place === 'head') {
      if (isWholeLine && isEmpty(line)) endHead();
      else addToHead(line);
    } else if (isWholeLine && isBoundary(line, boundaries)) place = 'head';
  }

  function addToHead(line: Buffer): void {
    headBytes += line.length;
    if (headBytes > HEAD_BYTES_MAX) throw new Error('a head of this mail is too long to be read');
    head.push(line);
  }

  function endHead(): void {
    const { type, boundary, isCsv } = readHead(Buffer.concat(head));
    if (boundary !== null) boundaries.add(boundary);
    isOfCsv ??= isCsvReport(Buffer.concat(head).toString('latin1'));
    place = isOfCsv && isCsv ? 'text' : placeOf(type);
    head = [];
    headBytes = 0;
  }

  function keep(part: Buffer): void {
    size.kept += part.length;
    if (size.kept > BYTES_MAX) throw new Error('the text of this mail is too long to be read');
    // a copy: the piece that it came with may go
    if (part.length > 0) kept.push(Buffer.from(part));
  }

  /** Looks at every line of it and keeps what lies outside files. */
  function take(data: Buffer, isLast: boolean): Buffer {
    let from = 0;
    let keptFrom = place === 'file' ? data.length : 0;
    for (let end = lineEnd(data, from, isLast); end > from; end = lineEnd(data, from, isLast)) {
      const before = place;
      look(data.subarray(from, end));
      if (place === 'file' && before !== 'file') {
        keep(data.subarray(keptFrom, end));
        keptFrom = data.length;
      } else if (before === 'file' && place !== 'file') keptFrom = from;
      from = end;
    }
    if (keptFrom < from) keep(data.subarray(keptFrom, from));
    return Buffer.from(data.subarray(from));
  }

  return {
    add: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      rest = take(rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes, false);
    },
    end: () => {
      take(rest, true);
      return Buffer.concat(kept);
    },
  };
}

/** Where the next line ends, or a piece of a long one; `from`: it has not come yet. */
function lineEnd(data: Buffer, from: number, isLast: boolean): number {
  const found = data.indexOf(LF, from);
  if (found >= 0) return found + 1;
  return isLast || data.length - from > LINE_BYTES_MAX ? data.length : from;
}

const isEmpty = (line: Buffer): boolean =>
  line.length === 1 ? line[0] === LF : line.length === 2 && line[0] === CR;

function placeOf(type: string): 'head' | 'text' | 'file' {
  if (/^message\/rfc822$/i.test(type)) return 'head';
  return READ_TYPES.test(type) ? 'text' : 'file';
}

function readHead(head: Buffer): { type: string; boundary: string | null; isCsv: boolean } {
  const text = head.toString('latin1').replaceAll(/\r?\n(?=[ \t])/g, '');
  const [, type = 'text/plain', parameters = ''] = /^content-type:[ \t]*([^;\s]+)(.*)$/im.exec(text) ?? [];
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^;\s"]{1,200}))/i.exec(parameters) ?? [];
  const isCsv = /\bname\s*=\s*"?[^";]{0,200}\.csv\b/i.test(text);
  return { type, boundary: quoted ?? bare ?? null, isCsv };
}

function isBoundary(line: Buffer, boundaries: ReadonlySet<string>): boolean {
  if (line[0] !== DASH || line[1] !== DASH || line.length > LINE_BYTES_MAX) return false;
  const name = line.toString('latin1', 2).trimEnd();
  return boundaries.has(name) || (name.endsWith('--') && boundaries.has(name.slice(0, -2)));
}
