import type { ServerResponse } from 'node:http';
import { AppError } from '@/server/errors';
import type { OpenChannels } from '@/server/services/find-channel';
import { serviceEnded } from '@/server/services/verify-delivery';

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

/** Why a channel takes nothing any more that was found a moment ago. */
export async function whyGone(
  channels: OpenChannels,
  kind: 'mail' | 'webhook',
  address: string,
): Promise<AppError> {
  channels.forget(kind, address);
  return (await channels.find(kind, address)) === 'ended' ? serviceEnded() : noChannel(0);
}

export function tooOften(waitSeconds: number): AppError {
  return new AppError('rate-limited', 'Too many messages at once. Please send it again later.', {
    retryAfterSeconds: waitSeconds,
  });
}
