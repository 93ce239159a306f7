import { HOUR, type Instant, MINUTE } from '../time/instant';
import type { PullProblem } from './pull-problem';

/** So many pulls that come to nothing one after the other are shown as a failing connector. */
export const FAILING_FROM = 3;

const RETRY_AFTER_MAX = 24 * HOUR;
const REFUSED_WAIT_MAX = 6 * HOUR;
/** Of the wait, to either side: connectors that began together do not stay together. */
const JITTER = 0.1;

interface EndedPull {
  readonly problem: PullProblem | null;
  /** That have failed one after the other, this one among them. */
  readonly failures: number;
  readonly intervalMinutes: number;
  /** What the server asked for; null: nothing. */
  readonly retryAfterMs: number | null;
  /** It stopped before the end, by its own limits. */
  readonly hasMore: boolean;
}

/**
 * When a connector pulls again. After a failure sooner than planned, and less often with each that follows; credentials that are refused
 * are tried seldom, since servers lock accounts. `chance`: from 0 to 1.
 */
export function nextPullAt(ended: EndedPull, now: Instant, chance: number): Instant {
  const wait = Math.max(waitAfter(ended), Math.min(ended.retryAfterMs ?? 0, RETRY_AFTER_MAX));
  return now + Math.round(wait * (1 - JITTER + 2 * JITTER * chance));
}

function waitAfter({ problem, failures, intervalMinutes, hasMore }: EndedPull): number {
  const interval = intervalMinutes * MINUTE;
  if (problem === null) return hasMore ? MINUTE / 6 : interval;
  if (problem === 'interrupted') return MINUTE / 6;
  const doubled = MINUTE * 2 ** Math.min(failures - 1, 20);
  if (problem === 'not-let-in' || problem === 'not-allowed')
    return Math.min(Math.max(interval, 15 * doubled), REFUSED_WAIT_MAX);
  return Math.min(doubled, interval);
}

/**
 * From when on a connector is silent that reached its server at `succeededAt` for the last time: what it tells of is unknown then. Two
 * hours after the next pull would have come.
 */
export function pullSilentAt(succeededAt: Instant, intervalMinutes: number): Instant {
  return succeededAt + intervalMinutes * MINUTE + 2 * HOUR;
}
