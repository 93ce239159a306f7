import { DAY, HOUR, type Instant } from '../time/instant';
import { localAt } from '../time/zone-clock';
import { instantAt } from '../time/zoned-day';
import type { RetentionPolicy } from './retention-policy';

export type BucketUnit = 'hour' | 'day' | 'week' | 'month' | 'year';

/** An hour, day, ISO week, month or year of a zone of which one point is kept: [startsAt, endsAt). */
export interface Bucket {
  unit: BucketUnit;
  /** Its nominal local time: 2026-11-17T01, 2026-11-17, 2026-W47, 2026-11, 2026. */
  name: string;
  startsAt: Instant;
  endsAt: Instant;
}

/**
 * The buckets that a policy asks for at `now`, each unit newest first, the current one among them: those that overlap [since, now]
 * and lie wholly within the greatest age. An hour that clocks repeat is one bucket of two hours, one that they skip is none.
 * A least age asks for each of its days.
 */
export function expectedBuckets(
  policy: RetentionPolicy,
  since: Instant,
  now: Instant,
  timeZone: string,
): Bucket[] {
  const oldestAt = policy.ageDaysMax === null ? -Infinity : now - policy.ageDaysMax * DAY;
  const wanted: readonly (readonly [BucketUnit, number])[] = [
    ['hour', policy.hourly ?? 0],
    ['day', Math.max(policy.daily ?? 0, daysYoungerThan(policy.ageDaysMin, now, timeZone))],
    ['week', policy.weekly ?? 0],
    ['month', policy.monthly ?? 0],
    ['year', policy.yearly ?? 0],
  ];
  return wanted
    .flatMap(([unit, count]) => lastBuckets(unit, count, since, now, timeZone))
    .filter((bucket) => bucket.endsAt > since && bucket.startsAt >= oldestAt);
}

/** The bucket of a zone that holds an instant. */
export function bucketAt(unit: BucketUnit, at: Instant, timeZone: string): Bucket {
  const local = bucketStart(unit, localAt(at, timeZone));
  const [startsAt, endsAt] = [instantAt(local, timeZone), instantAt(nextStart(unit, local), timeZone)];
  return { unit, name: nameOf(unit, local), startsAt, endsAt };
}

/** Of which units a policy asks for buckets. */
export function unitsAsked(policy: RetentionPolicy): BucketUnit[] {
  return UNITS.filter(
    (unit) => policy[COUNT_OF[unit]] !== null || (unit === 'day' && policy.ageDaysMin !== null),
  );
}

const UNITS: readonly BucketUnit[] = ['hour', 'day', 'week', 'month', 'year'];
const COUNT_OF = {
  hour: 'hourly',
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
  year: 'yearly',
} as const;

/** The first instant at which a bucket that a policy asks for is asked for no more, as time goes on. */
export function leavesAt(bucket: Bucket, policy: RetentionPolicy, timeZone: string): Instant {
  const { unit, startsAt } = bucket;
  const byAge =
    unit === 'day' && policy.ageDaysMin !== null ? startsAt + policy.ageDaysMin * DAY + 1 : -Infinity;
  const byCount = startOfLater(bucket, policy[COUNT_OF[unit]] ?? 0, timeZone);
  const tooOldAt = policy.ageDaysMax === null ? Infinity : startsAt + policy.ageDaysMax * DAY + 1;
  return Math.min(Math.max(byAge, byCount), tooOldAt);
}

/** When the bucket begins that comes `count` later; hours and days that clocks skip are none. */
function startOfLater({ unit, startsAt }: Bucket, count: number, timeZone: string): Instant {
  let local = bucketStart(unit, localAt(startsAt, timeZone));
  let at = startsAt;
  for (let passed = 0; passed < count;) {
    local = nextStart(unit, local);
    const next = instantAt(local, timeZone);
    if (next > at) passed++;
    at = next;
  }
  return at;
}

/** How many days, today among them, began less than so long ago. */
function daysYoungerThan(ageDays: number | null, now: Instant, timeZone: string): number {
  if (ageDays === null) return 0;
  const today = bucketStart('day', localAt(now, timeZone));
  for (let back = ageDays; back > ageDays - 2; back--) {
    if (instantAt(today - back * DAY, timeZone) >= now - ageDays * DAY) return back + 1;
  }
  return ageDays - 1;
}

function lastBuckets(
  unit: BucketUnit,
  count: number,
  since: Instant,
  now: Instant,
  timeZone: string,
): Bucket[] {
  const buckets: Bucket[] = [];
  let local = bucketStart(unit, localAt(now, timeZone));
  let endsAt = instantAt(nextStart(unit, local), timeZone);
  while (buckets.length < count && endsAt > since) {
    const startsAt = instantAt(local, timeZone);
    if (startsAt < endsAt) buckets.push({ unit, name: nameOf(unit, local), startsAt, endsAt });
    endsAt = startsAt;
    local = bucketStart(unit, local - 1);
  }
  return buckets;
}

/** The name of the bucket of a zone that holds an instant; equal for two instants of one bucket. */
export function bucketName(unit: BucketUnit, local: number): string {
  return nameOf(unit, bucketStart(unit, local));
}

/** Local times are milliseconds as if the wall clock showed UTC. */
function bucketStart(unit: BucketUnit, local: number): number {
  const at = new Date(local);
  switch (unit) {
    case 'hour':
      return Math.floor(local / HOUR) * HOUR;
    case 'day':
      return Math.floor(local / DAY) * DAY;
    case 'week':
      return Math.floor(local / DAY) * DAY - ((at.getUTCDay() + 6) % 7) * DAY;
    case 'month':
      return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
    case 'year':
      return Date.UTC(at.getUTCFullYear(), 0, 1);
  }
}

function nextStart(unit: BucketUnit, start: number): number {
  const at = new Date(start);
  switch (unit) {
    case 'hour':
      return start + HOUR;
    case 'day':
      return start + DAY;
    case 'week':
      return start + 7 * DAY;
    case 'month':
      return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
    case 'year':
      return Date.UTC(at.getUTCFullYear() + 1, 0, 1);
  }
}

function nameOf(unit: BucketUnit, start: number): string {
  const text = new Date(start).toISOString();
  switch (unit) {
    case 'hour':
      return text.slice(0, 13);
    case 'day':
      return text.slice(0, 10);
    case 'week':
      return weekName(start);
    case 'month':
      return text.slice(0, 7);
    case 'year':
      return text.slice(0, 4);
  }
}

/** ISO 8601: a week belongs to the year of its Thursday. */
function weekName(monday: number): string {
  const thursday = monday + 3 * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
