import type { Instant } from '../time/instant';
import { lastDays, type ZonedDay } from '../time/zoned-day';
import { worstStatus } from './system-status';
import type { Status } from './verdict';

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

/** The same of days that are known already: many clients share a zone, and reckoning its days takes longest. */
export function worstOfDays(
  histories: readonly (readonly StatusChange[])[],
  days: readonly ZonedDay[],
  now: Instant,
): StatusDay[] {
  const sorted = histories.map((changes) =>
    changes.filter((change) => change.at <= now).toSorted((a, b) => a.at - b.at),
  );
  return days.map((day) => ({
    ...day,
    status: worstStatus(sorted.flatMap((changes) => heldDuring(changes, day))) ?? 'no-data',
  }));
}

function heldDuring(sorted: readonly StatusChange[], day: ZonedDay): Status[] {
  return sorted
    .filter((change, index) => {
      const endsAt = sorted[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      return change.at < day.endsAt && endsAt > day.startsAt && endsAt > change.at;
    })
    .flatMap((change) => change.status ?? []);
}
