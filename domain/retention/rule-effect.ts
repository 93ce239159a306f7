import { DAY, type Instant } from '../time/instant';
import type { Keep } from './keep';
import { keptBy, keptByWallClock, saysAnything, wallClockOf } from './kept-by';

/** A point as a rule sees it. */
export interface RuledPoint {
  takenAt: Instant;
  isListed: boolean;
  /** When the listing was made that lacked it; null: it is listed. */
  goneAt: Instant | null;
}

/** What machines say they keep in a repository. Which of several rules concerns a point is not known. */
export interface ToolRetention {
  rules: readonly Keep[];
  /** What they said before they changed last; null: nothing else, as far as is known. */
  former: { rules: readonly Keep[]; until: Instant } | null;
  /** The site's; the tool may also run in UTC. */
  timeZone: string;
  /** Whether all points are known, not the newest only. */
  arePointsWhole: boolean;
}

/** How long a tool may take to remove what its rule no longer keeps. */
const PRUNE_WITHIN = 7 * DAY;

/**
 * Points that are gone although every rule keeps them, in the site's zone and in UTC; oldest first. None where nothing is known
 * of the rules. Sound whenever they went: as points are added a rule keeps fewer of the old ones, never more. What went before the
 * rules changed is held against what they said then.
 */
export function goneOutsideRules(
  retention: ToolRetention,
  points: readonly RuledPoint[],
  now: Instant,
): Instant[] {
  const { former } = retention;
  const listed = points.filter((point) => point.isListed).map((point) => point.takenAt);
  const oldestListed = Math.min(...listed, Infinity);
  const gone = points.filter(
    (point) => !point.isListed && (retention.arePointsWhole || point.takenAt > oldestListed),
  );
  if (gone.length === 0) return [];
  const all = points.map((point) => point.takenAt);
  const keptNow = keptByAll(retention.rules, retention, all, now);
  const keptThen = former === null ? keptNow : keptByAll(former.rules, retention, all, now);
  return gone
    .filter(({ takenAt, goneAt }) => {
      const isOfBefore = former !== null && goneAt !== null && goneAt < former.until;
      return (isOfBefore ? keptThen : keptNow)(takenAt);
    })
    .map((point) => point.takenAt)
    .toSorted((a, b) => a - b);
}

/** Which of all points every rule keeps, in the site's zone and in UTC; none where nothing is known of the rules. */
function keptByAll(
  rules: readonly Keep[],
  retention: ToolRetention,
  all: readonly Instant[],
  now: Instant,
): (takenAt: Instant) => boolean {
  const known = rules.filter(saysAnything);
  if (known.length === 0) return () => false;
  const kept = eachWay(known, retention, (rule, zone) => keptBy(rule, all, zone, now));
  return (takenAt) => kept.every((one) => one.has(takenAt));
}

/**
 * Listed points that no rule keeps, nor kept a week ago, in the site's zone and in UTC; oldest first. The oldest of all is left
 * out: tools keep it until a rule has what it counts.
 */
export function keptAgainstRules(
  retention: ToolRetention,
  points: readonly RuledPoint[],
  now: Instant,
): Instant[] {
  const { rules } = retention;
  if (rules.length === 0 || !rules.every(saysAnything)) return [];
  const listed = points.filter((point) => point.isListed).map((point) => point.takenAt);
  const then = listed.filter((takenAt) => takenAt <= now - PRUNE_WITHIN).toSorted((a, b) => a - b);
  if (then.length < 2) return [];
  const kept = eachWay(rules, retention, (rule, zone) => keptBy(rule, then, zone, now - PRUNE_WITHIN));
  return then.slice(1).filter((takenAt) => !kept.some((one) => one.has(takenAt)));
}

/**
 * When the rules will have a point removed if runs go on as they did: the first coming run after which none keeps it, before
 * `until`; null: it stays.
 * @param intervalMs between runs
 */
export function removedAt(
  takenAt: Instant,
  { rules, timeZone }: ToolRetention,
  listed: readonly Instant[],
  intervalMs: number,
  until: Instant,
): Instant | null {
  if (rules.length === 0 || !rules.every(saysAnything)) return null;
  const clock = wallClockOf(timeZone);
  const points = [...listed];
  const newest = Math.max(...listed, takenAt);
  for (let run = 1; run <= RUNS_AHEAD_MAX; run++) {
    const at = newest + run * intervalMs;
    if (at >= until) return null;
    points.push(at);
    if (!rules.some((rule) => keptByWallClock(rule, points, clock, at).has(takenAt))) return at;
  }
  return null;
}

const RUNS_AHEAD_MAX = 200;

function eachWay<T>(
  rules: readonly Keep[],
  { timeZone }: ToolRetention,
  of: (rule: Keep, zone: string) => T,
): T[] {
  const zones = timeZone === 'UTC' ? ['UTC'] : [timeZone, 'UTC'];
  return rules.flatMap((rule) => zones.map((zone) => of(rule, zone)));
}
