import { DAY, type Instant } from '../time/instant';
import { bucketAt, expectedBuckets, leavesAt, unitsAsked, type Bucket } from './buckets';
import type { RetentionPolicy } from './retention-policy';

/** A recovery point as retention sees it. */
export interface HeldPoint {
  takenAt: Instant;
  /** It can be restored from. */
  isUsable: boolean;
  /** The newest complete listing contains it. */
  isListed: boolean;
}

/** What is known of one data set, in any order. */
export interface RetentionHistory {
  /** From when on the promise holds; what was before it is nobody's gap. */
  since: Instant;
  /** When runs began that succeeded. */
  successes: readonly Instant[];
  points: readonly HeldPoint[];
}

export type RetentionGap =
  /** Runs succeeded in these buckets, later and earlier points are there, theirs are not. Newest first. */
  | { rule: 'retention-gap'; buckets: readonly Bucket[] }
  /**
   * Runs succeeded in these buckets before the oldest usable point (null: there is none); `missingOfLast` of the newest
   * points that the promise counts are not there.
   */
  | {
      rule: 'retention-too-short';
      buckets: readonly Bucket[];
      oldestTakenAt: Instant | null;
      missingOfLast: number;
    }
  /** Points at or beyond the greatest age, which is when the first of them passed it. */
  | { rule: 'retention-too-long'; count: number; oldestTakenAt: Instant; ageDaysMax: number };

/**
 * What is kept against what was promised (domain.md, 'Retention'): a bucket in which a run succeeded is satisfied by any usable
 * point in it.
 */
export function judgeRetention(
  policy: RetentionPolicy,
  { since, successes, points }: RetentionHistory,
  now: Instant,
  timeZone: string,
): RetentionGap[] {
  const usable = usableOf(points);
  const succeeded = successes.filter((at) => at >= since && at <= now).toSorted((a, b) => a - b);
  const unmet = expectedBuckets(policy, since, now, timeZone).filter(
    (bucket) => hasAny(succeeded, bucket) && !hasAny(usable, bucket),
  );
  const oldest = usable[0] ?? null;
  const isBefore = (bucket: Bucket) => oldest === null || bucket.endsAt <= oldest;
  return [
    ...gap(unmet.filter((bucket) => !isBefore(bucket))),
    ...tooShort(unmet.filter(isBefore), oldest, missingOfLast(policy, succeeded, usable)),
    ...tooLong(policy, points, now),
  ];
}

/**
 * When gaps and shortness end as time goes on, and points become too old, if no run and no point comes: the instants at which
 * `judgeRetention` may give other rules than before. In any order.
 */
export function retentionTurns(
  policy: RetentionPolicy,
  { since, successes, points }: RetentionHistory,
  timeZone: string,
): Instant[] {
  const usable = usableOf(points);
  const newestFirst = successes.filter((at) => at >= since).toSorted((a, b) => b - a);
  const turns = unitsAsked(policy).flatMap((unit) => {
    const unmet: Bucket[] = [];
    let bucket: Bucket | null = null;
    for (const at of newestFirst) {
      if (bucket !== null && at >= bucket.startsAt) continue;
      bucket = bucketAt(unit, at, timeZone);
      if (!hasAny(usable, bucket)) unmet.push(bucket);
    }
    const oldest = usable[0] ?? Infinity;
    // The newest of each kind is the last to leave.
    const last = [unmet.find((one) => one.endsAt > oldest), unmet.find((one) => one.endsAt <= oldest)];
    return last.flatMap((one) => (one === undefined ? [] : leavesAt(one, policy, timeZone)));
  });
  const oldestListed = oldestOf(points.filter((point) => point.isListed));
  if (policy.ageDaysMax === null || oldestListed === null) return turns;
  return [...turns, oldestListed + policy.ageDaysMax * DAY];
}

/** Ascending. */
function usableOf(points: readonly HeldPoint[]): Instant[] {
  return points
    .filter((point) => point.isUsable && point.isListed)
    .map((point) => point.takenAt)
    .toSorted((a, b) => a - b);
}

function oldestOf(points: readonly HeldPoint[]): Instant | null {
  return points.reduce<Instant | null>((oldest, { takenAt }) => Math.min(oldest ?? takenAt, takenAt), null);
}

/** Whether any of these instants, which ascend, lies in the bucket. */
function hasAny(ascending: readonly Instant[], { startsAt, endsAt }: Bucket): boolean {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) < startsAt) low = middle + 1;
    else high = middle;
  }
  return (ascending[low] ?? Infinity) < endsAt;
}

function missingOfLast(
  { last }: RetentionPolicy,
  succeeded: readonly Instant[],
  usable: readonly Instant[],
): number {
  return Math.max(0, Math.min(last ?? 0, succeeded.length) - usable.length);
}

function gap(buckets: readonly Bucket[]): RetentionGap[] {
  return buckets.length === 0 ? [] : [{ rule: 'retention-gap', buckets }];
}

function tooShort(
  buckets: readonly Bucket[],
  oldestTakenAt: Instant | null,
  missing: number,
): RetentionGap[] {
  if (buckets.length === 0 && missing === 0) return [];
  return [{ rule: 'retention-too-short', buckets, oldestTakenAt, missingOfLast: missing }];
}

function tooLong(
  { ageDaysMax }: RetentionPolicy,
  points: readonly HeldPoint[],
  now: Instant,
): RetentionGap[] {
  if (ageDaysMax === null) return [];
  const old = points.filter((point) => point.isListed && point.takenAt <= now - ageDaysMax * DAY);
  const oldestTakenAt = oldestOf(old);
  if (oldestTakenAt === null) return [];
  return [{ rule: 'retention-too-long', count: old.length, oldestTakenAt, ageDaysMax }];
}
