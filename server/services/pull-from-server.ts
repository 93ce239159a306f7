import { v7 } from 'uuid';
import { nextPullAt, pullSilentAt } from '@/domain/pull/pull-times';
import { shownAddress } from '@/domain/pull/pull-settings';
import { workerScope } from '../auth/system-scope';
import type { Database } from '../data/database';
import { systemsOfChannel } from '../data/inbound-channels';
import {
  claimConnector,
  type ClaimedConnector,
  type EndedPull,
  findKnownItems,
  finishPull,
  markPulled,
  storePulled,
} from '../data/pull-connectors';
import { hintWork, settlePullHint } from '../data/work-due';
import { createAsker, PullFailure } from '../pull/ask';
import { connectorOf, secretsIn } from '../pull/connector-of';
import type { PulledBatch } from '../pull/connector';
import type { PullReach } from '../pull/pull-networks';
import { openCredentials } from '../pull/sealed-credentials';
import { markDirty } from './mark-dirty';
import { itemKey, pulledMessage } from './pull-messages';

/** What pulling needs beside the database. */
export interface PullParts {
  readonly secretKey: Buffer;
  readonly reach: PullReach;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Between two requests, and for each; left out: as long as is good for servers. */
  readonly pace?: { readonly gapMs: number; readonly timeoutMs: number };
}

/** A pull takes so long at most; a worker that died gives its connectors back after twice that. */
const PULL_MS_MAX = 5 * 60_000;
const CLAIM_MS = 10 * 60_000;
const REQUESTS_MAX = 300;
/** In one transaction. */
const STORED_MAX = 200;
const STORED_BYTES_MAX = 4 * 1024 * 1024;

/** Takes the connector of an MSP that is due for longest; null: none is, and its hint says when one will be. */
export async function claimPull(
  database: Database,
  mspId: string,
  now: Date,
): Promise<ClaimedConnector | null> {
  return database.inScope(workerScope(mspId), async (tx) => {
    const claimed = await claimConnector(tx, mspId, v7(), { now, until: new Date(now.getTime() + CLAIM_MS) });
    if (!claimed) await settlePullHint(tx, mspId, now);
    return claimed;
  });
}

/**
 * Asks a server what has happened since it was asked last, and keeps what is new as messages of its channel, each batch in one
 * transaction with how far it came: a crash loses nothing and adds nothing twice. Never throws for what the other side does; null:
 * another worker has taken over, or the channel was closed.
 */
export async function pullFromServer(
  database: Database,
  mspId: string,
  claimed: ClaimedConnector,
  parts: PullParts,
): Promise<EndedPull | null> {
  const at = parts.now();
  const count = { items: 0, fresh: 0, hasMore: false };
  let failure: PullFailure | null = null;
  try {
    for await (const batch of batchesOf(database, mspId, claimed, parts, at)) {
      const fresh = await keep(database, mspId, claimed, batch, parts.now());
      if (fresh === null) return null;
      count.items += batch.items.length;
      count.fresh += fresh;
      count.hasMore = batch.hasMore;
    }
  } catch (error) {
    failure = error instanceof PullFailure ? error : new PullFailure('failed-here', { cause: error });
  }
  const ended: EndedPull = {
    at,
    tookMs: Math.max(0, parts.now().getTime() - at.getTime()),
    problem: failure?.problem ?? null,
    httpStatus: failure?.httpStatus ?? null,
    detail: failure?.detail ?? null,
    items: count.items,
    fresh: count.fresh,
  };
  const isOurs = await end(database, mspId, claimed, ended, {
    hasMore: count.hasMore,
    retryAfterMs: failure?.retryAfterMs ?? null,
    now: parts.now(),
  });
  if (failure?.problem === 'failed-here' && isOurs) throw failure.cause;
  return isOurs ? ended : null;
}

async function* batchesOf(
  database: Database,
  mspId: string,
  { channelId, baseUrl, settings, sealed, fingerprint, cursorAt }: ClaimedConnector,
  { secretKey, reach, signal, pace }: PullParts,
  now: Date,
): AsyncIterable<PulledBatch> {
  const credentials = openCredentials(channelId, sealed, secretKey);
  if (!credentials) throw new PullFailure('unreadable-credentials');
  const asker = createAsker({
    reach,
    fingerprint,
    signal: AbortSignal.any([signal, AbortSignal.timeout(PULL_MS_MAX)]),
    requestsMax: REQUESTS_MAX,
    secrets: secretsIn(credentials),
    ...pace,
  });
  yield* connectorOf({ baseUrl, settings, credentials }, asker).pull({
    cursorAt: cursorAt?.getTime() ?? null,
    now: now.getTime(),
    known: async (ids) => {
      const keys = new Map(ids.map((id) => [itemKey({ id }), id]));
      const found = await database.inScope(workerScope(mspId), (tx) =>
        findKnownItems(tx, mspId, channelId, [...keys.keys()]),
      );
      return new Set([...found].map((key) => keys.get(key) ?? ''));
    },
  });
}

/** Keeps a batch; its cursor moves with its last item. Answers how many were new; null: it is not ours any more. */
async function keep(
  database: Database,
  mspId: string,
  claimed: ClaimedConnector,
  { items, cursorAt }: PulledBatch,
  now: Date,
): Promise<number | null> {
  const host = new URL(shownAddress(claimed.baseUrl)).host;
  const byKey = new Map(
    items.map((item) => pulledMessage(item, host)).map((message) => [message.key, message]),
  );
  const until = new Date(now.getTime() + CLAIM_MS);
  let fresh = 0;
  const parts = inParts([...byKey.values()]);
  for (const [index, messages] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const stored = await database.inScope(workerScope(mspId), (tx) =>
      storePulled(tx, claimed, messages, {
        at: now,
        cursorAt: isLast && cursorAt !== null ? new Date(cursorAt) : null,
        until,
      }),
    );
    if (stored === null) return null;
    fresh += stored;
  }
  return fresh;
}

/** At least one part, of not too many and not too large ones. */
function inParts<Message extends { readonly body: Buffer }>(messages: readonly Message[]): Message[][] {
  const parts: Message[][] = [[]];
  let bytes = 0;
  for (const message of messages) {
    const last = parts.at(-1) ?? [];
    const isFull =
      last.length >= STORED_MAX || (last.length > 0 && bytes + message.body.length > STORED_BYTES_MAX);
    if (isFull) parts.push([message]);
    else last.push(message);
    bytes = isFull ? message.body.length : bytes + message.body.length;
  }
  return parts;
}

interface Ending {
  readonly hasMore: boolean;
  readonly retryAfterMs: number | null;
  readonly now: Date;
}

/** Says how a pull ended and when the next is due; one that went well has been heard. False: it is not ours any more. */
async function end(
  database: Database,
  mspId: string,
  claimed: ClaimedConnector,
  ended: EndedPull,
  { hasMore, retryAfterMs, now }: Ending,
): Promise<boolean> {
  const { channelId, intervalMinutes } = claimed;
  const { problem } = ended;
  const failures = problem === null ? 0 : claimed.failures + (problem === 'interrupted' ? 0 : 1);
  const pullAt = new Date(
    nextPullAt({ problem, failures, intervalMinutes, retryAfterMs, hasMore }, now.getTime(), Math.random()),
  );
  const scope = workerScope(mspId);
  return database.inScope(scope, async (tx) => {
    const succeededAt = problem === null ? now : null;
    if (!(await finishPull(tx, mspId, claimed, ended, { failures, succeededAt, pullAt }))) return false;
    await hintWork(tx, mspId, 'pull', pullAt);
    if (problem !== null) return true;
    const silentAt = new Date(pullSilentAt(now.getTime(), intervalMinutes));
    const wasSilent = await markPulled(tx, mspId, channelId, { at: now, silentAt });
    // What it told of reads as unknown since it fell silent, and nothing new may have come to change that.
    if (wasSilent) {
      const systemIds = await systemsOfChannel(tx, mspId, channelId, []);
      await markDirty(tx, scope, { systemIds }, now.getTime());
    }
    return true;
  });
}
