import { DAY, SECOND, type Instant } from '../time/instant';

/** How long before it is due a test is asked for: a tenth of the cadence, at most a week. */
const LEAD_SHARE = 0.1;
const LEAD_MAX = 7 * DAY;

/**
 * Since when a restore test should be asked for, so that there is time to make it before it is due. Without any test it is due at
 * once. `lastAt`: when the newest test that proved something ended.
 */
export function restoreTestAskedFrom(lastAt: Instant | null, cadenceSeconds: number): Instant {
  if (lastAt === null) return -Infinity;
  const cadence = cadenceSeconds * SECOND;
  return lastAt + cadence - Math.min(LEAD_MAX, cadence * LEAD_SHARE);
}

/** A copy of a data set that could be tested. */
export interface TestableCopy {
  /** When a test from it last proved something; null: never. */
  readonly lastTestAt: Instant | null;
  readonly repositoryId: string;
}

/** The copy that nobody has tested for longest; of several that never were, the first by id. */
export function copyToTest<T extends TestableCopy>(copies: readonly T[]): T | null {
  const waiting = copies.toSorted(
    (a, b) =>
      (a.lastTestAt ?? -Infinity) - (b.lastTestAt ?? -Infinity) || (a.repositoryId < b.repositoryId ? -1 : 1),
  );
  return waiting[0] ?? null;
}
