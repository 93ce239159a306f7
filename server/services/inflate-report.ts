import { createGunzip, gunzipSync } from 'node:zlib';
import { INFLATION_RATIO_MAX, REPORT_BYTES_MAX } from '@/contract/delivery';

/** Bytes that do not inflate to a report; the message says why, in words for people. */
export class NotInflatable extends Error {
  override readonly name = 'NotInflatable';
}

/** Below this size as sent, inflating takes less time than handing it to another thread. */
const INLINE_BYTES_MAX = 16 * 1024;

/**
 * The JSON bytes of a delivery. Never holds more than 8 MiB or a hundred times what was sent, whatever the stream claims.
 * @throws NotInflatable
 */
export async function inflateReport(body: Buffer, encoding: 'identity' | 'gzip'): Promise<Buffer> {
  if (encoding === 'identity') return body;
  const bytesMax = Math.min(REPORT_BYTES_MAX, body.length * INFLATION_RATIO_MAX);
  return body.length <= INLINE_BYTES_MAX ? inflateInline(body, bytesMax) : inflateStreamed(body, bytesMax);
}

function inflateInline(body: Buffer, bytesMax: number): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: Math.max(bytesMax, 1) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw notGzip();
  }
}

function inflateStreamed(body: Buffer, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip({ chunkSize: 64 * 1024 });
    const chunks: Buffer[] = [];
    let size = 0;
    gunzip.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) return void chunks.push(chunk);
      gunzip.destroy();
      reject(tooLarge());
    });
    gunzip.once('end', () => resolve(Buffer.concat(chunks, size)));
    gunzip.once('error', () => reject(notGzip()));
    gunzip.end(body);
  });
}

function tooLarge(): NotInflatable {
  return new NotInflatable(
    `it inflates to more than ${REPORT_BYTES_MAX} bytes or more than ${INFLATION_RATIO_MAX} times its size`,
  );
}

function notGzip(): NotInflatable {
  return new NotInflatable('it is not whole gzip');
}
