import type { Instant } from '../time/instant';
import { lastDays, type ZonedDay } from '../time/zoned-day';
import { STATUSES, type Status } from './verdict';

export interface StatusChange {
  at: Instant;
  /** null: from then on the system is in no list. */
  status: Status | null;
}

/** A day with the worst status that held during any part of it; `no-data`: nothing was known yet. */
export interface StatusDay extends ZonedDay {
  status: Status | 'no-data';
}

/**
 * The last 30 days (or `count`) of one or several systems together, oldest first, in an IANA zone; `histories` has one list of
 * changes a system. A status holds from its change until the next, so it is carried over midnight; of today only the part
 * until `now` counts. Changes may come in any order; of two at one instant the later in the list holds.
 */
export function statusDays(
  histories: readonly (readonly StatusChange[])[],
  timeZone: string,
  dayStartHour: number,
  now: Instant,
  count = 30,
): StatusDay[] {
  return worstOfDays(histories, lastDays(count, timeZone, dayStartHour, now), now);
}

/**
 * The same of days that are known already and come in order: many clients share a zone, and reckoning its days takes longest. One
 * pass over the changes, whatever number of systems there is.
 */
export function worstOfDays(
  histories: readonly (readonly StatusChange[])[],
  days: readonly ZonedDay[],
  now: Instant,
): StatusDay[] {
  const worst = days.map((): number => STATUSES.length);
  for (const changes of histories) {
    const sorted = changes.filter((change) => change.at <= now).toSorted((a, b) => a.at - b.at);
    for (const [index, { at, status }] of sorted.entries()) {
      const endsAt = sorted[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      if (status !== null && endsAt > at) hold(worst, days, at, endsAt, STATUSES.indexOf(status));
    }
  }
  return days.map((day, index) => ({
    ...day,
    status: STATUSES[worst[index] ?? STATUSES.length] ?? 'no-data',
  }));
}

/** Lowers the rank of the days that have a part in `[from, to)`. */
function hold(worst: number[], days: readonly ZonedDay[], from: Instant, to: Instant, rank: number): void {
  for (const [index, day] of days.entries()) {
    if (day.startsAt >= to) return;
    if (day.endsAt > from && rank < (worst[index] ?? 0)) worst[index] = rank;
  }
}
