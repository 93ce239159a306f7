import type { ServerResponse } from 'node:http';
import { AppError } from '@/server/errors';

/** The message is in the database. */
export function sayKept(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return;
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': '2',
  };
  response.writeHead(200, headers).end('OK');
}

/** @param waitSeconds of who asks too often for what is not there; 0: may go on */
export function noChannel(waitSeconds: number): AppError {
  return waitSeconds > 0 ? tooOften(waitSeconds) : new AppError('not-found', 'Nobody has this address.');
}

export function tooOften(waitSeconds: number): AppError {
  return new AppError('rate-limited', 'Too many messages at once. Please send it again later.', {
    retryAfterSeconds: waitSeconds,
  });
}
