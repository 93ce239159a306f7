import { keepTimeStamp, noteTimeStampFailure, readStampState, type StampState } from '../data/checkpoints';
import type { Database } from '../data/database';
import { askTimeStamp } from '../evidence/ask-time-stamp';

/** What came of it. */
export type StampOutcome =
  | { readonly kind: 'stamped'; readonly checkpointId: number }
  | { readonly kind: 'failed'; readonly problem: string; readonly error: unknown }
  | { readonly kind: 'nothing-due' };

/** One checkpoint an hour: it covers all before it. */
const EVERY_MS = 3_600_000;
/** A checkpoint that waits longer is worth an alarm. */
const WAIT_MS_MAX = 2 * EVERY_MS;
const RETRY_MS_MIN = 60_000;

/**
 * Has the newest checkpoint time-stamped outside, at most one an hour; chains are linear, so it covers what waits from before. An authority
 * that does not answer is asked again after a minute, then ever later, up to an hour. Holds no transaction while it waits.
 */
export async function timeStampCheckpoint(
  database: Database,
  tsaUrl: string,
  now: () => Date,
): Promise<StampOutcome> {
  const state = await database.withoutScope((tx) => readStampState(tx));
  const { newestId, newestNote, stampedId, stampedAt, nextTryAt, tries } = state;
  const isDue =
    newestId !== null &&
    newestId > (stampedId ?? 0) &&
    (nextTryAt ?? stampedAt ?? 0) <= (nextTryAt ? now() : new Date(now().getTime() - EVERY_MS));
  if (!isDue || newestNote === null) return { kind: 'nothing-due' };
  try {
    const stamp = await askTimeStamp(tsaUrl, Buffer.from(newestNote));
    await database.withoutScope((tx) => keepTimeStamp(tx, newestId, stamp));
    return { kind: 'stamped', checkpointId: newestId };
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'something went wrong';
    const pause = Math.min(EVERY_MS, RETRY_MS_MIN * 2 ** Math.min(tries, 10));
    const next = new Date(now().getTime() + pause);
    await database.withoutScope((tx) => noteTimeStampFailure(tx, problem, next));
    return { kind: 'failed', problem, error };
  }
}

/** Whether a checkpoint has waited for its time-stamp for more than two hours. */
export function isStampOverdue({ waitsSince }: Pick<StampState, 'waitsSince'>, now: Date): boolean {
  return waitsSince !== null && now.getTime() - waitsSince.getTime() > WAIT_MS_MAX;
}
