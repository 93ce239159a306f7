import { DAY, type Instant } from '../time/instant';
import { expectedBuckets, type Bucket } from './buckets';
import type { RetentionPolicy } from './retention-policy';

/** A recovery point as retention sees it. */
export interface HeldPoint {
  takenAt: Instant;
  /** It can be restored from. */
  isUsable: boolean;
  /** The newest complete listing contains it. */
  isListed: boolean;
}

/** What is known of one data set in one repository, in any order. */
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
  const usable = points.filter((point) => point.isUsable && point.isListed).map((point) => point.takenAt);
  const succeeded = successes.filter((at) => at >= since && at <= now);
  const unmet = expectedBuckets(policy, since, now, timeZone).filter(
    (bucket) => succeeded.some((at) => isIn(at, bucket)) && !usable.some((at) => isIn(at, bucket)),
  );
  const oldest = usable.length === 0 ? null : Math.min(...usable);
  const isBefore = (bucket: Bucket) => oldest === null || bucket.endsAt <= oldest;
  return [
    ...gap(unmet.filter((bucket) => !isBefore(bucket))),
    ...tooShort(unmet.filter(isBefore), oldest, missingOfLast(policy, succeeded, usable)),
    ...tooLong(policy, points, now),
  ];
}

function isIn(at: Instant, { startsAt, endsAt }: Bucket): boolean {
  return at >= startsAt && at < endsAt;
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
  const old = points
    .filter((point) => point.isListed && point.takenAt <= now - ageDaysMax * DAY)
    .map((point) => point.takenAt);
  if (old.length === 0) return [];
  return [{ rule: 'retention-too-long', count: old.length, oldestTakenAt: Math.min(...old), ageDaysMax }];
}
