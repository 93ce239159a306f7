import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';

/** `unknown`: it can be read, and nothing in its form says whether it is whole. */
export const DUMP_STATES = ['whole', 'cut', 'damaged', 'unknown'] as const;
export type DumpState = (typeof DUMP_STATES)[number];

/** What reading a dump from its first to its last byte showed. */
export interface DumpReading {
  readonly state: DumpState;
  readonly why: string;
}

/** Of what was unpacked: the form is told by the beginning, the end by the last lines. */
const HEAD_BYTES = 4096;
const TAIL_BYTES = 4096;

/** Forms that say at their end that they are whole. */
const FORMS: readonly { name: string; begins: RegExp; ends: RegExp }[] = [
  {
    name: 'mysqldump',
    begins: /^(?:\/\*M?!999999\\- enable the sandbox mode \*\/\s*)?-- (?:MySQL|MariaDB) dump /m,
    ends: /^-- Dump completed\b/m,
  },
  {
    name: 'pg_dump',
    begins: /^-- PostgreSQL database dump$/m,
    ends: /^-- PostgreSQL database dump complete$/m,
  },
  {
    name: 'pg_dumpall',
    begins: /^-- PostgreSQL database cluster dump$/m,
    ends: /^-- PostgreSQL database cluster dump complete$/m,
  },
];

/**
 * Reads a dump whole. Compression tells whether bytes are missing or altered (gzip carries a sum, brotli an end), and SQL
 * whether its last line is there.
 * @throws an error of the file system where it cannot be read at all
 */
export async function readDump(file: string, signal: AbortSignal): Promise<DumpReading> {
  const kept = { head: Buffer.alloc(0), tail: Buffer.alloc(0) };
  const keep = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      if (kept.head.length < HEAD_BYTES)
        kept.head = Buffer.concat([kept.head, chunk]).subarray(0, HEAD_BYTES);
      kept.tail = Buffer.concat([kept.tail, chunk]).subarray(-TAIL_BYTES);
    }
  };
  const unpack = unpackerOf(file);
  const source = fs.createReadStream(file, { highWaterMark: 1024 * 1024 });
  try {
    await (unpack ? pipeline(source, unpack, keep, { signal }) : pipeline(source, keep, { signal }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (unpack && code === 'Z_BUF_ERROR') return { state: 'cut', why: 'its compressed data end too early' };
    if (unpack && /^(Z_|ERR_)/.test(code)) return { state: 'damaged', why: `it cannot be unpacked: ${code}` };
    throw error;
  }
  return reading(kept.head.toString('latin1'), kept.tail.toString('latin1'), unpack !== null);
}

function reading(head: string, tail: string, isUnpacked: boolean): DumpReading {
  if (head === '') return { state: 'cut', why: 'it is empty' };
  const form = FORMS.find(({ begins }) => begins.test(head));
  if (form)
    return form.ends.test(tail)
      ? { state: 'whole', why: `${form.name} wrote its last line` }
      : { state: 'cut', why: `the last line of ${form.name} is missing` };
  return isUnpacked
    ? { state: 'whole', why: 'it unpacks to its end' }
    : { state: 'unknown', why: 'nothing in its form tells whether it is whole' };
}

function unpackerOf(file: string) {
  if (/\.(gz|tgz)$/i.test(file)) return zlib.createGunzip();
  if (/\.br$/i.test(file)) return zlib.createBrotliDecompress();
  return null;
}
