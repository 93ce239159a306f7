import { deflate } from 'pako';

/** A reader unpacks a whole stream for one object of it. */
const OBJECTS_OF_STREAM = 400;
/** What whoever signs the file looks up and adds to has to stand by itself. */
const STANDS_ALONE = /^<<\s*\/Type \/(?:Catalog|Pages?)\b/;
/** Bytes of an entry of the table: its type, an offset or a stream's number, the place in that stream. */
const WIDTHS = [1, 4, 2] as const;

/**
 * Puts the small objects of a PDF that the compiler wrote into compressed streams, and its table, too (ISO 32000-1, 7.5.7 and 7.5.8;
 * PDF/A-2 and later allow both). Nearly all of a long table's file are its tags: it becomes a tenth. What they say stays the same,
 * and the same bytes give the same: the compression is our own package's, not the machine's.
 * @throws Error when the file is not as the compiler writes it
 */
export function packObjects(pdf: Uint8Array): Uint8Array {
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const text = file.toString('latin1');
  const { offsets, trailer, startXref } = readTable(text);
  const order = [...offsets.keys()].toSorted((a, b) => (offsets.get(a) ?? 0) - (offsets.get(b) ?? 0));
  const parts: Uint8Array[] = [file.subarray(0, offsets.get(order[0] ?? 0) ?? 0)];
  let length = parts[0]?.length ?? 0;
  const put = (bytes: Uint8Array): number => {
    const at = length;
    parts.push(bytes);
    length += bytes.length;
    return at;
  };
  const entries = new Map<number, Entry>();
  const small: SmallObject[] = [];
  for (const [index, number] of order.entries()) {
    const from = offsets.get(number) ?? 0;
    const to = offsets.get(order[index + 1] ?? -1) ?? startXref;
    const content = contentOf(text.slice(from, to), number);
    if (content.endsWith('endstream') || STANDS_ALONE.test(content))
      entries.set(number, [1, put(file.subarray(from, to)), 0]);
    else small.push({ number, content });
  }
  let next = order.reduce((most, number) => Math.max(most, number), 0) + 1;
  for (let at = 0; at < small.length; at += OBJECTS_OF_STREAM) {
    const inIt = small.slice(at, at + OBJECTS_OF_STREAM);
    for (const [index, { number }] of inIt.entries()) entries.set(number, [2, next, index]);
    entries.set(next, [1, put(objectStream(next, inIt)), 0]);
    next += 1;
  }
  entries.set(next, [1, length, 0]);
  put(tableStream(next, entries, trailer));
  put(latin1(`startxref\n${entries.get(next)?.[1]}\n%%EOF`));
  return Buffer.concat(parts);
}

type Entry = readonly [type: number, where: number, index: number];

interface SmallObject {
  readonly number: number;
  readonly content: string;
}

/** The one plain table that the compiler writes. */
function readTable(text: string): { offsets: Map<number, number>; trailer: string; startXref: number } {
  const startXref = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-64))?.[1]);
  const table = text.slice(startXref);
  const [, first, size] = /^xref\s+(\d+) (\d+)/.exec(table) ?? [];
  const trailer = table.slice(table.indexOf('trailer'));
  const kept = [/\/Root \d+ 0 R/, /\/Info \d+ 0 R/, /\/ID\s*\[[^\]]*\]/].map((one) => one.exec(trailer)?.[0]);
  if (first !== '0' || kept.includes(undefined) || /\/(Prev|Encrypt)\b/.test(trailer))
    throw new Error('the file is not as the compiler writes it');
  const offsets = new Map<number, number>();
  const lines = table.split('\n').slice(2, 2 + Number(size));
  for (const [number, line] of lines.entries())
    if (line.startsWith('n', 17)) offsets.set(number, Number(line.slice(0, 10)));
  return { offsets, trailer: kept.join(''), startXref };
}

function contentOf(object: string, number: number): string {
  const head = `${number} 0 obj`;
  const end = object.lastIndexOf('endobj');
  if (!object.startsWith(head) || end === -1) throw new Error(`object ${number} is not where the table says`);
  return object.slice(head.length, end).trim();
}

function objectStream(number: number, objects: readonly SmallObject[]): Uint8Array {
  let at = 0;
  const places = objects.map((one) => {
    const place = `${one.number} ${at}`;
    at += one.content.length + 1;
    return place;
  });
  const index = `${places.join(' ')}\n`;
  const body = index + objects.map(({ content }) => `${content}\n`).join('');
  return stream(number, `/Type/ObjStm/N ${objects.length}/First ${index.length}`, latin1(body));
}

function tableStream(number: number, entries: ReadonlyMap<number, Entry>, trailer: string): Uint8Array {
  const [, wide, narrow] = WIDTHS;
  const size = number + 1;
  const table = Buffer.alloc(size * WIDTHS.reduce((sum, width) => sum + width, 0));
  let at = 0;
  for (let one = 0; one < size; one += 1) {
    const [type, where, index] = entries.get(one) ?? [0, 0, one === 0 ? 0xff_ff : 0];
    at = table.writeUInt8(type, at);
    at = table.writeUIntBE(where, at, wide);
    at = table.writeUIntBE(index, at, narrow);
  }
  return stream(number, `/Type/XRef/Size ${size}/W[${WIDTHS.join(' ')}]${trailer}`, table);
}

function stream(number: number, entries: string, body: Uint8Array): Uint8Array {
  const packed = deflate(body);
  return Buffer.concat([
    latin1(`${number} 0 obj\n<<${entries}/Filter/FlateDecode/Length ${packed.length}>>\nstream\n`),
    packed,
    latin1('\nendstream\nendobj\n'),
  ]);
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
