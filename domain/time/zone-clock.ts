import { DAY, SECOND, type Instant } from './instant';

/** A stretch of time [from, until) in which a zone's wall clock is `offsetMs` ahead of UTC. */
export interface Stretch {
  from: Instant;
  until: Instant;
  /** Negative west of Greenwich. */
  offsetMs: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const years = new Map<string, Map<number, readonly Stretch[]>>();

/**
 * The stretch of one offset that holds an instant, in an IANA zone. Stretches follow one another without a gap, and are cut
 * at each new year of UTC. Asking Intl costs microseconds a time, so each year of a zone is asked once and kept. Good for the
 * years 1 to 9999; a zone that changes its clocks twice within one day of UTC (none does) would keep its first offset.
 */
export function stretchAt(at: Instant, timeZone: string): Stretch {
  const stretches = yearOf(new Date(at).getUTCFullYear(), timeZone);
  for (const stretch of stretches) if (at < stretch.until) return stretch;
  throw new RangeError(`no offset is known at ${at}`);
}

/** What the clock on the wall shows, as milliseconds as if it were UTC. */
export function localAt(at: Instant, timeZone: string): number {
  return at + stretchAt(at, timeZone).offsetMs;
}

function yearOf(year: number, timeZone: string): readonly Stretch[] {
  let known = years.get(timeZone);
  if (known === undefined) years.set(timeZone, (known = new Map()));
  let stretches = known.get(year);
  if (stretches === undefined) known.set(year, (stretches = stretchesOf(year, timeZone)));
  return stretches;
}

function stretchesOf(year: number, timeZone: string): Stretch[] {
  const endsAt = newYear(year + 1);
  const stretches: Stretch[] = [];
  let from = newYear(year);
  let offsetMs = askOffset(from, timeZone);
  for (let before = from; before < endsAt; before += DAY) {
    const after = Math.min(before + DAY, endsAt - SECOND);
    const next = askOffset(after, timeZone);
    if (next === offsetMs) continue;
    const until = changeBetween(before, after, offsetMs, timeZone);
    stretches.push({ from, until, offsetMs });
    from = until;
    offsetMs = next;
  }
  return [...stretches, { from, until: endsAt, offsetMs }];
}

function newYear(year: number): Instant {
  return new Date(0).setUTCFullYear(year, 0, 1);
}

/** The first whole second after `before` at which the offset is no longer `offsetMs`. */
function changeBetween(before: Instant, after: Instant, offsetMs: number, timeZone: string): Instant {
  let early = before;
  let late = after;
  while (late - early > SECOND) {
    const middle = early + Math.floor((late - early) / 2 / SECOND) * SECOND;
    if (askOffset(middle, timeZone) === offsetMs) early = middle;
    else late = middle;
  }
  return late;
}

/** @param at a whole second */
function askOffset(at: Instant, timeZone: string): number {
  const shown = formatterOf(timeZone).format(at).match(/\d+/g) ?? [];
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = shown.map(Number);
  return (
    new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * SECOND - at
  );
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, made);
  return made;
}
