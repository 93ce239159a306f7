import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { LOGO_BYTES_MAX } from '@/domain/report/document';
import { AppError } from '@/server/errors';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const SIDE_MAX = 2000;
/** Samples a pixel by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const KEPT = ['PLTE', 'tRNS'];

/**
 * A PNG made anew from its pixels alone: comments, profiles, animations and whatever hides behind its end are gone.
 * @throws AppError `invalid-request` for what is no plain PNG, or too large
 */
export function cleanLogo(file: Uint8Array): Uint8Array {
  const png = Buffer.from(file);
  if (png.length > LOGO_BYTES_MAX) throw refusal('The logo is too large: use at most 200 kB.');
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw refusal('The logo has to be a PNG.');
  const chunks = readChunks(png);
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.data.length !== 13) throw refusal('The logo is damaged.');
  const pixels = inflated(
    Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)),
    sizeOfPixels(header.data),
  );
  const parts = [
    header,
    ...chunks.filter(({ type }) => KEPT.includes(type)),
    { type: 'IDAT', data: deflateSync(pixels, { level: 9 }) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ];
  const clean = Buffer.concat([SIGNATURE, ...parts.map(writeChunk)]);
  if (clean.length > LOGO_BYTES_MAX) throw refusal('The logo is too large: use at most 200 kB.');
  return clean;
}

const refusal = (sentence: string): AppError =>
  new AppError('invalid-request', sentence, { fields: { logo: sentence } });

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function readChunks(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > png.length) break;
    const type = png.toString('latin1', at + 4, at + 8);
    if (crc32(png.subarray(at + 4, end)) !== png.readUInt32BE(end)) throw refusal('The logo is damaged.');
    chunks.push({ type, data: png.subarray(at + 8, end) });
    if (type === 'IEND') return chunks;
    at = end + 4;
  }
  throw refusal('The logo is damaged: its end is missing.');
}

/** What the pixels of a PNG that is not interlaced take, a filter byte a line. */
function sizeOfPixels(header: Buffer): number {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth = 0, colour = 0, , , interlaced] = header.subarray(8);
  const samples = SAMPLES[colour];
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX)
    throw refusal(`The logo has to be at most ${SIDE_MAX} pixels wide and high.`);
  if (samples === undefined || ![1, 2, 4, 8, 16].includes(depth) || interlaced !== 0)
    throw refusal('Save the logo as a plain PNG, not interlaced.');
  return (Math.ceil((width * samples * depth) / 8) + 1) * height;
}

function inflated(data: Buffer, size: number): Buffer {
  try {
    const pixels = inflateSync(data, { maxOutputLength: size + 1 });
    if (pixels.length === size) return pixels;
  } catch {
    // told below, as any damage is
  }
  throw refusal('The logo is damaged.');
}

function writeChunk({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
