import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestHead } from '@/server/inbound/request-head';
import type { MessageIntake } from '@/server/services/take-messages';
import type { PingChecks } from '@/server/services/find-ping-check';
import { createRateLimit } from '@/server/services/rate-limit';
import { createShortMemory } from '@/server/services/short-memory';
import { readPingAddress, type PingAddress, type PingProblem } from './ping-address';
import { readBodyStart } from './read-body';

/** Bytes of a body that are kept; the rest is read and forgotten, as clients that send their whole log expect. */
const PING_BODY_BYTES_MAX = 100_000;

/** A script that pings in a loop; the first of each kind in a minute is kept all the same. */
const PINGS = { perSecond: 1, burst: 60 };
const FIRST_OF_A_KIND = { perSecond: 1 / 60, burst: 1 };
/** Failures have a limit of their own, which no script with something to say comes near; beyond it, one that says what the last ping said. */
const FAILURES = { perSecond: 10, burst: 600 };
/** Guessing costs nothing but our time: of one address. */
const UNKNOWN = { perSecond: 5, burst: 100 };

const STATUS: Readonly<Record<PingProblem | 'ambiguous slug' | 'service ended', number>> = {
  'not found': 404,
  'invalid url format': 400,
  'invalid uuid format': 400,
  'ambiguous slug': 409,
  'service ended': 410,
};

const NEVER_CACHED = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'max-age=0, no-cache, no-store, must-revalidate, private',
  'access-control-allow-origin': '*',
};

/** Answers pings as healthchecks.io does (docs/pings.md), so that what speaks to it speaks to us. */
export interface PingDesk {
  /** @throws AppError `unavailable` when the ping cannot be kept */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function createPingDesk(checks: PingChecks, intake: MessageIntake): PingDesk {
  const ofCheck = createRateLimit(PINGS);
  const ofKind = createRateLimit(FIRST_OF_A_KIND);
  const ofFailures = createRateLimit(FAILURES);
  const lastKept = createShortMemory<string>();
  const ofStranger = createRateLimit(UNKNOWN);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedAt = new Date();
    const url = request.url ?? '';
    const remoteAddress = request.socket.remoteAddress ?? '';
    const address = readPingAddress(url);
    const text = await readBodyStart(request, PING_BODY_BYTES_MAX);
    if (typeof address === 'string') return say(response, STATUS[address], address);
    const found = await checks.find(address, receivedAt);
    if (found.kind !== 'found') {
      const wait = ofStranger.take(remoteAddress, receivedAt.getTime());
      return wait > 0 ? sayLater(response, wait) : say(response, STATUS[found.kind], found.kind);
    }
    const { mspId, channelId, isNew } = found;
    const wait = waitOf(channelId, address, receivedAt.getTime());
    if (wait > 0) return sayLater(response, wait);
    const method = request.method ?? 'GET';
    const head = requestHead(method, saidBy(address), request.headers, remoteAddress);
    const outcome = await intake.take(mspId, {
      channelId,
      receivedAt,
      body: Buffer.concat([head, text]),
      ping: { signal: address.signal, method, rid: address.rid, exitStatus: address.exitStatus, text },
      mail: null,
    });
    if (outcome === 'gone') {
      // Since it was found: it is looked up anew, and says why.
      checks.forget(address);
      const now = await checks.find({ ...address, isToBeMade: false }, receivedAt);
      const why = now.kind === 'found' ? 'not found' : now.kind;
      return say(response, STATUS[why], why);
    }
    lastKept.keep(channelId, kindOf(address));
    say(response, isNew ? 201 : 200, isNew ? 'Created' : 'OK', {
      'ping-body-limit': String(PING_BODY_BYTES_MAX),
    });
  }

  /** Whole seconds until a ping of the check is taken; 0: now. No failure that changes how the check stands ever waits. */
  function waitOf(channelId: string, address: PingAddress, nowMs: number): number {
    const kind = kindOf(address);
    if (address.signal === 'fail') {
      const wait = ofFailures.take(channelId, nowMs);
      return wait > 0 && lastKept.recall(channelId) !== kind ? 0 : wait;
    }
    const wait = ofCheck.take(channelId, nowMs);
    return wait > 0 && ofKind.take(`${channelId} ${kind}`, nowMs) > 0 ? wait : 0;
  }

  return { answer };
}

/** Failures are told apart by what they say, and of which run. */
const kindOf = ({ signal, exitStatus, rid }: PingAddress): string =>
  `${signal} ${exitStatus ?? ''} ${signal === 'fail' ? (rid ?? '') : ''}`;

/** What follows the secret of the address. */
function saidBy({ signal, exitStatus, rid }: PingAddress): string {
  const word = signal === 'success' ? '' : `/${signal}`;
  const suffix = exitStatus === null ? word : `/${exitStatus}`;
  return `/ping${suffix}${rid === null ? '' : `?rid=${rid}`}`;
}

function say(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...NEVER_CACHED,
    ...headers,
    'content-length': String(Buffer.byteLength(text)),
  });
  response.end(text);
}

function sayLater(response: ServerResponse, waitSeconds: number): void {
  say(response, 429, 'rate limit exceeded', { 'retry-after': String(waitSeconds) });
}
