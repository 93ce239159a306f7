import type { Instant } from '../time/instant';

const FIRST_WAIT_MS = 30_000;
const WAIT_MS_MAX = 3_600_000;

/** How long a mail is tried, from when it was written. */
export const MAIL_TRY_HOURS = 24;

/**
 * When a mail is tried again after `attempts` failures: 30 s, doubling up to an hour, of which a random half is left out, so that
 * what failed together does not come back together.
 * @param chance 0 inclusive to 1 exclusive
 */
export function nextTryAt(now: Instant, attempts: number, chance: number): Instant {
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** Math.max(attempts - 1, 0), WAIT_MS_MAX);
  return now + Math.round(waitMs * (0.5 + chance / 2));
}
