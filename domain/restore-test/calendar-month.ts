import { DAY, type Instant } from '../time/instant';
import { localAt } from '../time/zone-clock';
import type { RecordResult } from './record';

/** What stands on a day of the calendar: a test that was made, or one that is due. */
export interface CalendarEntry {
  readonly at: Instant;
  readonly kind: RecordResult | 'overdue' | 'due';
}

export interface CalendarDay {
  /** `2026-11-29` */
  readonly date: string;
  readonly isInMonth: boolean;
  readonly isToday: boolean;
  readonly counts: Readonly<Partial<Record<CalendarEntry['kind'], number>>>;
}

/**
 * The weeks of a month, each from Monday, with the days of the months beside it that fill them. Days are those of the zone.
 * @param month `2026-11`
 */
export function calendarMonth(
  month: string,
  entries: readonly CalendarEntry[],
  timeZone: string,
  now: Instant,
): CalendarDay[][] {
  const { first, last } = gridOf(month);
  const counts = new Map<string, Partial<Record<CalendarEntry['kind'], number>>>();
  for (const { at, kind } of entries) {
    const date = dateOf(localAt(at, timeZone));
    const day = counts.get(date) ?? {};
    day[kind] = (day[kind] ?? 0) + 1;
    counts.set(date, day);
  }
  const today = dateOf(localAt(now, timeZone));
  const weeks: CalendarDay[][] = [];
  for (let day = first; day <= last; day += DAY) {
    const date = dateOf(day);
    if ((day - first) % (7 * DAY) === 0) weeks.push([]);
    weeks.at(-1)?.push({
      date,
      isInMonth: date.startsWith(month),
      isToday: date === today,
      counts: counts.get(date) ?? {},
    });
  }
  return weeks;
}

/** Instants between which everything lies that a month's weeks can show, whatever the zone. */
export function monthBounds(month: string): { from: Instant; to: Instant } {
  const { first, last } = gridOf(month);
  return { from: first - DAY, to: last + 2 * DAY };
}

/** The month so many months away. */
export function monthAway(month: string, months: number): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 7);
}

/** The month that it is in a zone. */
export function monthAt(now: Instant, timeZone: string): string {
  return dateOf(localAt(now, timeZone)).slice(0, 7);
}

function gridOf(month: string): { first: number; last: number } {
  const begins = Date.parse(`${month}-01T00:00:00Z`);
  const ends = Date.parse(`${monthAway(month, 1)}-01T00:00:00Z`) - DAY;
  return { first: begins - weekday(begins) * DAY, last: ends + (6 - weekday(ends)) * DAY };
}

/** Monday is 0. */
function weekday(at: number): number {
  return (new Date(at).getUTCDay() + 6) % 7;
}

function dateOf(local: number): string {
  return new Date(local).toISOString().slice(0, 10);
}
