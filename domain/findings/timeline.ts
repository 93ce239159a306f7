import type { Instant } from '../time/instant';

/** What a timeline says of a snooze. */
export interface SnoozeEvent {
  readonly at: Instant;
  readonly isSnooze: boolean;
  /** null: it was woken. */
  readonly until: Instant | null;
  readonly isUndone: boolean;
}

/**
 * When snoozes ended by themselves: nobody writes that down, since nothing happens then. `ended` are the instants at which something
 * else ended one before its time (the cause turned critical, or closed). Half-open: at `until` it is awake.
 */
export function snoozeEnds(
  events: readonly SnoozeEvent[],
  ended: readonly Instant[],
  now: Instant,
): Instant[] {
  const snoozes = events.filter((event) => event.isSnooze && !event.isUndone).toSorted((a, b) => a.at - b.at);
  return snoozes.flatMap(({ at, until }, index) => {
    if (until === null || until > now) return [];
    const nextAt = snoozes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const isCut = nextAt < until || ended.some((instant) => instant >= at && instant < until);
    return isCut ? [] : [until];
  });
}
