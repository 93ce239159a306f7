import { DAY, HOUR, MINUTE, type Instant } from './instant';

const formatters = new Map<string, Intl.DateTimeFormat>();

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

/** Midnight of the local calendar day, as if it were UTC. */
function midnightOf(at: Instant, timeZone: string): number {
  const local = localOf(at, timeZone);
  return local - (((local % DAY) + DAY) % DAY);
}

function dayBefore(now: Instant, timeZone: string, dayStartHour: number): number {
  const startsAt = instantAt(midnightOf(now, timeZone) + dayStartHour * HOUR, timeZone);
  return now < startsAt ? DAY : 0;
}

/** What the clock on the wall of an IANA zone shows, as milliseconds as if it were UTC. */
export function localOf(at: Instant, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const part of formatterOf(timeZone).formatToParts(at)) parts[part.type] = Number(part.value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

/**
 * The first instant at which the wall clock of an IANA zone shows this or more: in a skipped hour, the first after it.
 * @param local what the clock shows, as milliseconds as if it were UTC
 */
export function instantAt(local: number, timeZone: string): Instant {
  let early = local - 15 * HOUR;
  let late = local + 15 * HOUR;
  const offsets = [localOf(early, timeZone) - early, localOf(late, timeZone) - late];
  const exact = offsets.map((offset) => local - offset).filter((at) => localOf(at, timeZone) === local);
  if (exact.length > 0) return Math.min(...exact);
  while (late - early > MINUTE) {
    const middle = early + Math.floor((late - early) / 2 / MINUTE) * MINUTE;
    if (localOf(middle, timeZone) >= local) late = middle;
    else early = middle;
  }
  return late;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
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
