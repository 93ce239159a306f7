import type { IncomingMessage } from 'node:http';
import { AppError } from '@/server/errors';

/**
 * The body as sent, not inflated.
 * @throws AppError `too-large` before more than `bytesMax` are held
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.reject(tooLarge(bytesMax));
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
    request.once('close', () => reject(new AppError('invalid-request', 'The body ended early.')));
  });
}

function tooLarge(bytesMax: number): AppError {
  return new AppError('too-large', `At most ${bytesMax} bytes can be sent here.`);
}
