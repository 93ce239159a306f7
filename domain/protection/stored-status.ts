import { MINUTE, type Instant } from '../time/instant';
import type { Status } from './verdict';

/**
 * How long a stored status may lag behind what is known (security-and-reliability.md §6.7): a report that waits longer to be
 * processed, or a change of status that is longer overdue, makes what is stored unreliable.
 */
export const STORED_STATUS_LAG_MAX = 5 * MINUTE;

/** A status as stored, with what makes it old. */
export interface StoredStatus {
  status: Status;
  /** When it has to be judged again by itself; null: never. */
  changesAt: Instant | null;
  /** Since when a new fact waits to be judged; null: none does. */
  dirtyAt: Instant | null;
  /** When the oldest report of the client that is not processed yet arrived; null: none waits. */
  waitingSince: Instant | null;
}

/** Since when a stored status lags too far behind to be relied on; null: it does not. */
export function laggingSince(stored: Omit<StoredStatus, 'status'>, now: Instant): Instant | null {
  const since = [stored.changesAt, stored.dirtyAt, stored.waitingSince].filter(
    (at): at is Instant => at !== null && at < now - STORED_STATUS_LAG_MAX,
  );
  return since.length === 0 ? null : Math.min(...since);
}

/** What may be shown of a stored status: one that lags is unknown, unless it failed already. Silence of ours is never green. */
export function shownStatus(stored: StoredStatus, now: Instant): Status {
  if (stored.status === 'non-compliant' || laggingSince(stored, now) === null) return stored.status;
  return 'unknown';
}
