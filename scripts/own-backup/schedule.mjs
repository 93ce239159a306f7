// When a backup is due: once a day, at a time of this machine's clock.

/** A backup that failed is tried again after an hour, so that a full disk is not filled every half minute. */
const RETRY_MS = 60 * 60_000;

/**
 * @param {{ at: { hour: number, minute: number }, lastStartedAt: Date | null, lastTriedAt: Date | null, now: Date }} state `lastStartedAt`: of the
 *   newest finished backup; `lastTriedAt`: since this process runs
 * @returns {boolean} true when none was finished since the newest time of day that has passed, or there is none at all
 */
export function isBackupDue({ at, lastStartedAt, lastTriedAt, now }) {
  if (lastTriedAt && now.getTime() - lastTriedAt.getTime() < RETRY_MS) return false;
  return lastStartedAt === null || lastStartedAt < lastOccurrence(at, now);
}

/** The newest instant, not after now, at which the clock of this machine shows that time. A time that a change of clocks skips is the one after. */
function lastOccurrence({ hour, minute }, now) {
  const today = new Date(now);
  today.setHours(hour, minute, 0, 0);
  if (today <= now) return today;
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  yesterday.setHours(hour, minute, 0, 0);
  return yesterday;
}
