import { DAY, HOUR, type Instant } from './instant';
import { localAt, stretchAt } from './zone-clock';

/** No wall clock is further from UTC than this. */
const OFFSET_MAX = 26 * HOUR;

/** A calendar day of a zone, its hours being [startsAt, endsAt): 23 or 25 of them when clocks change. */
export interface ZonedDay {
  /** YYYY-MM-DD. */
  date: string;
  startsAt: Instant;
  endsAt: Instant;
}

/** The last `count` days of an IANA zone up to the one that holds `now`, oldest first; a day starts at `dayStartHour` (0–23). */
export function lastDays(count: number, timeZone: string, dayStartHour: number, now: Instant): ZonedDay[] {
  const today = midnightOf(now, timeZone) - dayBefore(now, timeZone, dayStartHour);
  return Array.from({ length: count }, (_, index) => {
    const noonless = today - (count - 1 - index) * DAY;
    return {
      date: new Date(noonless).toISOString().slice(0, 10),
      startsAt: instantAt(noonless + dayStartHour * HOUR, timeZone),
      endsAt: instantAt(noonless + DAY + dayStartHour * HOUR, timeZone),
    };
  });
}

/** The days of the last `count` calendar months, that of `now` with its days so far, oldest first. */
export function daysOfLastMonths(
  count: number,
  timeZone: string,
  dayStartHour: number,
  now: Instant,
): ZonedDay[] {
  const today = midnightOf(now, timeZone) - dayBefore(now, timeZone, dayStartHour);
  const date = new Date(today);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - (count - 1), 1);
  return lastDays((today - first) / DAY + 1, timeZone, dayStartHour, now);
}

/** Midnight of the local calendar day, as if it were UTC. */
function midnightOf(at: Instant, timeZone: string): number {
  const local = localAt(at, timeZone);
  return local - (((local % DAY) + DAY) % DAY);
}

function dayBefore(now: Instant, timeZone: string, dayStartHour: number): number {
  const startsAt = instantAt(midnightOf(now, timeZone) + dayStartHour * HOUR, timeZone);
  return now < startsAt ? DAY : 0;
}

/**
 * The first instant at which the wall clock of an IANA zone shows this or more: in a skipped hour, the first after it.
 * @param local what the clock shows, as milliseconds as if it were UTC
 */
export function instantAt(local: number, timeZone: string): Instant {
  let stretch = stretchAt(local - OFFSET_MAX, timeZone);
  while (stretch.until + stretch.offsetMs <= local) stretch = stretchAt(stretch.until, timeZone);
  return Math.max(stretch.from, local - stretch.offsetMs);
}
