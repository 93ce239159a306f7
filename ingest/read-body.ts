import type { IncomingMessage } from 'node:http';
import { AppError } from '@/server/errors';
import type { HeldMail } from './held-bytes';

/** A log that somebody sends whole, and more of which nobody reads. */
const READ_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The body as sent, not inflated.
 * @throws AppError `too-large` before more than `bytesMax` are held
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.reject(tooLarge(bytesMax));
  if (request.destroyed) return Promise.reject(endedEarly());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) return void chunks.push(chunk);
      request.pause();
      reject(tooLarge(bytesMax));
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(endedEarly()));
  });
}

function endedEarly(): AppError {
  return new AppError('invalid-request', 'The body ended early.');
}

function tooLarge(bytesMax: number): AppError {
  return new AppError('too-large', `At most ${bytesMax} bytes can be sent here.`);
}

/**
 * Reads the body as sent into a place that is held for it.
 * @throws AppError `too-large` beyond `bytesMax`, `unavailable` when too much is held already
 */
export function readBodyInto(request: IncomingMessage, place: HeldMail, bytesMax: number): Promise<void> {
  if (request.destroyed) return Promise.reject(endedEarly());
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.reject(tooLarge(bytesMax));
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      const added = place.add(chunk);
      if (added === 'added') return;
      request.pause();
      request.off('data', take);
      reject(added === 'too-large' ? tooLarge(bytesMax) : noRoom());
    };
    request.on('data', take);
    request.once('end', () => resolve());
    request.once('error', reject);
    request.once('close', () => reject(endedEarly()));
  });
}

function noRoom(): AppError {
  return new AppError('unavailable', 'Too much is being received at this moment. Please send it again.', {
    retryAfterSeconds: 30,
  });
}

/**
 * The first bytes of a body; what comes beyond them is read and forgotten.
 * @throws AppError `too-large` when it does not end for long, `invalid-request` when it ends early
 */
export function readBodyStart(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      if (size < bytesMax) chunks.push(chunk.subarray(0, bytesMax - size));
      size += chunk.length;
      if (size <= READ_BYTES_MAX) return;
      request.pause();
      reject(tooLarge(READ_BYTES_MAX));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(endedEarly()));
  });
}
