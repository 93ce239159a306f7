import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../time/instant';
import { localAt, stretchAt, type Stretch } from '../time/zone-clock';
import { instantAt } from '../time/zoned-day';
import { readCron, type Cron } from './cron';
import type { Schedule } from './schedule';

/** One time at which a job is due. */
export interface Occurrence {
  /**
   * Its identity within a job: the local time by which the schedule names it ('2026-11-01T01:30'), whatever the clocks did. Where a
   * schedule on elapsed time comes round in an hour that the clock shows again, the offset follows ('2026-11-01T01:30-05:00').
   */
  nominal: string;
  at: Instant;
}

/** The rarest date, 29 February on one weekday, comes round after 40 years at most (over a year like 2100). */
const SEARCH_MAX = 41 * 366 * DAY;
const STEP_MAX = 366 * DAY;

/**
 * When a job is due in [from, to), oldest first, no two at one instant (domain.md, 'Schedules and time'; docs/decisions/schedules.md).
 * - By nominal local time: due in a skipped hour → the first instant after it; in a repeated hour → the first time only. Several
 *   that a skipped hour moves to one instant are one, named by the latest.
 * - On elapsed time: cron whose minute or hour begins with `*` (Debian cron's rule), and intervals of an hour or less. Nothing is
 *   due in a skipped hour; a repeated hour has its full number.
 */
export function occurrences(rule: Schedule, timeZone: string, from: Instant, to: Instant): Occurrence[] {
  return occurrencesOf(times(rule, timeZone), timeZone, from, to);
}

/** The first occurrence after an instant; null: none within 41 years. */
export function nextOccurrence(rule: Schedule, timeZone: string, after: Instant): Occurrence | null {
  const dueTimes = times(rule, timeZone);
  let step = 3 * HOUR;
  for (let from = after + 1; from < after + SEARCH_MAX;) {
    const found = occurrencesOf(dueTimes, timeZone, from, from + step)[0];
    if (found !== undefined) return found;
    from += step;
    step = Math.min(step * 4, STEP_MAX);
  }
  return null;
}

/** The last occurrence at or before an instant; null: none within 41 years. */
export function latestOccurrence(rule: Schedule, timeZone: string, at: Instant): Occurrence | null {
  const dueTimes = times(rule, timeZone);
  let step = 3 * HOUR;
  for (let to = at + 1; to > at - SEARCH_MAX;) {
    const found = occurrencesOf(dueTimes, timeZone, to - step, to).at(-1);
    if (found !== undefined) return found;
    to -= step;
    step = Math.min(step * 4, STEP_MAX);
  }
  return null;
}

/** A schedule made ready: the times that it names in [low, high), ascending, as what a clock shows or as instants. */
interface Times {
  named: 'by-wall-clock' | 'by-wall-clock-elapsed' | 'by-instant';
  between: (low: number, high: number) => number[];
}

function times(rule: Schedule, timeZone: string): Times {
  switch (rule.kind) {
    case 'cron': {
      const reading = readCron(rule.expression);
      if (!reading.isValid) throw new RangeError(reading.problem);
      const { cron } = reading;
      return {
        named: cron.isElapsed ? 'by-wall-clock-elapsed' : 'by-wall-clock',
        between: (low, high) => cronTimes(cron, low, high),
      };
    }
    case 'interval': {
      const stepMs = rule.seconds * SECOND;
      const anchor = Date.parse(`${rule.anchor}:00Z`);
      const isElapsed = stepMs <= HOUR;
      const start = isElapsed ? instantAt(anchor, timeZone) : anchor;
      return {
        named: isElapsed ? 'by-instant' : 'by-wall-clock',
        between: (low, high) => multiples(start, stepMs, low, high),
      };
    }
  }
}

function occurrencesOf(dueTimes: Times, timeZone: string, from: Instant, to: Instant): Occurrence[] {
  if (from >= to) return [];
  switch (dueTimes.named) {
    case 'by-wall-clock':
      return nominalOccurrences(dueTimes, timeZone, from, to);
    case 'by-wall-clock-elapsed':
      return stretchesIn(timeZone, from, to).flatMap((stretch) =>
        elapsedOccurrences(dueTimes, timeZone, stretch),
      );
    case 'by-instant':
      return dueTimes.between(from, to).map((at) => ({ nominal: nameAt(at, timeZone), at }));
  }
}

/** What the clock shows within [from, to), or skips just before it, lies between these bounds. */
function nominalOccurrences(dueTimes: Times, timeZone: string, from: Instant, to: Instant): Occurrence[] {
  const offsets = stretchesIn(timeZone, from - 1, to).map((stretch) => stretch.offsetMs);
  const found: Occurrence[] = [];
  for (const local of dueTimes.between(from + Math.min(...offsets), to + Math.max(...offsets))) {
    const at = instantAt(local, timeZone);
    if (at < from || at >= to) continue;
    if (found.at(-1)?.at === at) found.pop();
    found.push({ nominal: minuteText(local), at });
  }
  return found;
}

function elapsedOccurrences(dueTimes: Times, timeZone: string, stretch: Stretch): Occurrence[] {
  const { from, until, offsetMs } = stretch;
  return dueTimes.between(from + offsetMs, until + offsetMs).map((local) => {
    const at = local - offsetMs;
    return { nominal: nameAt(at, timeZone), at };
  });
}

/** [from, to), cut where the offset changes. */
function stretchesIn(timeZone: string, from: Instant, to: Instant): Stretch[] {
  const found: Stretch[] = [];
  for (let at = from; at < to;) {
    const { until, offsetMs } = stretchAt(at, timeZone);
    found.push({ from: at, until: Math.min(until, to), offsetMs });
    at = until;
  }
  return found;
}

/** What the clock shows; with its offset when it shows it again. */
function nameAt(at: Instant, timeZone: string): string {
  const local = localAt(at, timeZone);
  const isRepeated = instantAt(local, timeZone) !== at;
  return minuteText(local) + (isRepeated ? offsetText(local - at) : '');
}

function minuteText(local: number): string {
  return new Date(local).toISOString().slice(0, 16);
}

function offsetText(offsetMs: number): string {
  const sign = offsetMs < 0 ? '-' : '+';
  return sign + new Date(Math.abs(offsetMs)).toISOString().slice(11, 16);
}

function multiples(start: number, stepMs: number, low: number, high: number): number[] {
  const found = [];
  for (let at = start + Math.ceil((low - start) / stepMs) * stepMs; at < high; at += stepMs) found.push(at);
  return found;
}

function cronTimes(cron: Cron, low: number, high: number): number[] {
  const found = [];
  for (let day = Math.floor(low / DAY) * DAY; day < high; day += DAY) {
    if (!isDue(cron, new Date(day))) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const local = day + hour * HOUR + minute * MINUTE;
        if (local >= low && local < high) found.push(local);
      }
    }
  }
  return found;
}

function isDue(cron: Cron, day: Date): boolean {
  if (!cron.months.has(day.getUTCMonth() + 1)) return false;
  const isDay = cron.days.has(day.getUTCDate());
  const isWeekday = cron.weekdays.has(day.getUTCDay());
  return cron.isEitherDay ? isDay || isWeekday : isDay && isWeekday;
}
