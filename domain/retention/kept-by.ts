import { DAY, type Instant } from '../time/instant';
import { localOf } from '../time/zoned-day';
import { bucketName, type BucketUnit } from './buckets';
import type { Keep } from './keep';

const UNIT_OF = {
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
} as const satisfies Partial<Record<keyof Keep, BucketUnit>>;
const COUNTED = Object.keys(UNIT_OF) as (keyof typeof UNIT_OF)[];

/** Whether a rule says anything; one that says nothing keeps everything. */
export function saysAnything(keep: Keep): boolean {
  return Object.values(keep).some((value) => value !== null);
}

/**
 * What restic, borg and their like keep of these points, by when they were taken: newest first, the newest of each hour, day, ISO
 * week, month and year of the zone until so many are kept, the newest `last`, and all that are younger than `withinDays`.
 * @param at when the rule is applied: `withinDays` counts from it
 */
export function keptBy(
  keep: Keep,
  takenAts: readonly Instant[],
  timeZone: string,
  at: Instant,
): ReadonlySet<Instant> {
  return keptByWallClock(keep, takenAts, wallClockOf(timeZone), at);
}

/** What a wall clock shows at an instant, as milliseconds as if it were UTC. */
export type WallClock = (at: Instant) => number;

/** The wall clock of a zone that remembers what it was asked: rules ask it often for the same points. */
export function wallClockOf(timeZone: string): WallClock {
  const known = new Map<Instant, number>();
  return (at) => {
    const local = known.get(at) ?? localOf(at, timeZone);
    known.set(at, local);
    return local;
  };
}

/** As `keptBy`, with a wall clock instead of a zone. */
export function keptByWallClock(
  keep: Keep,
  takenAts: readonly Instant[],
  clock: WallClock,
  at: Instant,
): ReadonlySet<Instant> {
  if (!saysAnything(keep)) return new Set(takenAts);
  const newestFirst = [...new Set(takenAts)].toSorted((a, b) => b - a);
  const kept = new Set(newestFirst.slice(0, keep.last ?? 0));
  const withinFrom = keep.withinDays === null ? Infinity : at - keep.withinDays * DAY;
  for (const takenAt of newestFirst) if (takenAt > withinFrom) kept.add(takenAt);
  for (const kind of COUNTED) keepNewestOfEach(UNIT_OF[kind], keep[kind] ?? 0, newestFirst, clock, kept);
  return kept;
}

function keepNewestOfEach(
  unit: BucketUnit,
  count: number,
  newestFirst: readonly Instant[],
  clock: WallClock,
  kept: Set<Instant>,
): void {
  let last = '';
  let found = 0;
  for (const takenAt of newestFirst) {
    if (found === count) return;
    const name = bucketName(unit, clock(takenAt));
    if (name === last) continue;
    found++;
    last = name;
    kept.add(takenAt);
  }
}
