import { DAY, HOUR, type Instant, MINUTE } from '../time/instant';
import { localAt } from '../time/zone-clock';
import { instantAt } from '../time/zoned-day';
import { lengthOf, type QuietWindow } from './notification-rule';

/** 1 January 1970 was a Thursday, the fourth day of its week. */
const WEEKDAY_OF_1970 = 4;
const DAYS_A_WEEK = 7;

/** When the quiet hours that hold at an instant end, in an IANA zone; null: none hold. A window's end is outside. */
export function quietUntil(windows: readonly QuietWindow[], timeZone: string, at: Instant): Instant | null {
  let until = at;
  // Windows may follow one another; a week of days has that many at most.
  for (let count = 0; count <= windows.length * DAYS_A_WEEK; count++) {
    const next = Math.max(until, ...windows.map((window) => endOf(window, timeZone, until)));
    if (next === until) break;
    until = next;
  }
  return until === at ? null : until;
}

/** When this window ends if it holds at `at`, else `at`. */
function endOf(window: QuietWindow, timeZone: string, at: Instant): Instant {
  const today = Math.floor(localAt(at, timeZone) / DAY) * DAY;
  let end = at;
  for (const midnight of [today - DAY, today]) {
    if (!window.days.includes(weekdayOf(midnight))) continue;
    const from = midnight + window.fromMinute * MINUTE;
    const startsAt = instantAt(from, timeZone);
    const endsAt = instantAt(from + lengthOf(window) * MINUTE, timeZone);
    if (startsAt <= at && at < endsAt) end = Math.max(end, endsAt);
  }
  return end;
}

function weekdayOf(localMidnight: number): number {
  const days = localMidnight / DAY;
  return ((((days + WEEKDAY_OF_1970 - 1) % DAYS_A_WEEK) + DAYS_A_WEEK) % DAYS_A_WEEK) + 1;
}

/** The first instant at or after `at` at which the wall clock of a zone shows this full hour; in a skipped one, the first after it. */
export function nextHour(hour: number, timeZone: string, at: Instant): Instant {
  const today = Math.floor(localAt(at, timeZone) / DAY) * DAY;
  for (const midnight of [today - DAY, today]) {
    const due = instantAt(midnight + hour * HOUR, timeZone);
    if (due >= at) return due;
  }
  return instantAt(today + DAY + hour * HOUR, timeZone);
}
