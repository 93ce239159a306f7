import { SECOND, type Instant } from '../time/instant';
import { pingDueAt, type CheckSettings } from './check';

/** That a check went up or down. */
export interface Flip {
  readonly at: Instant;
  readonly isUp: boolean;
}

/** A success or a failure that a check listened to. */
export interface HeardPing {
  readonly at: Instant;
  readonly outcome: 'success' | 'fail';
}

/**
 * When a check went up and down, oldest first: by what it heard, and by what did not come in time. As its settings are now, since no
 * others are known.
 * @param pings in any order
 */
export function flipsOf(settings: CheckSettings, pings: readonly HeardPing[], now: Instant): Flip[] {
  const flips: Flip[] = [];
  let isUp: boolean | null = null;
  let downAt: Instant | null = null;
  const turn = (at: Instant, toUp: boolean): void => {
    if (isUp !== toUp) flips.push({ at, isUp: toUp });
    isUp = toUp;
  };
  const fallBefore = (at: Instant): void => {
    if (downAt !== null && downAt <= at) turn(downAt, false);
  };
  for (const { at, outcome } of pings.toSorted((a, b) => a.at - b.at)) {
    fallBefore(at);
    turn(at, outcome === 'success');
    downAt = outcome === 'success' ? pingDueAt(settings, at) + settings.graceSeconds * SECOND : null;
  }
  fallBefore(now);
  return flips;
}
