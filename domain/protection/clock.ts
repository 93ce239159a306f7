import { DAY, MINUTE, type Instant } from '../time/instant';

/** How far a reporter's clock may differ before its times are corrected. */
export const CLOCK_SKEW_MAX = 5 * MINUTE;

export type CorrectedInstant =
  | { isBelievable: true; at: Instant; correctedByMs: number }
  | { isBelievable: false; reason: 'far-in-the-future'; at: Instant };

/**
 * A reported time on our clock. `sentAt` is the reporter's clock when it sent the report, `receivedAt` ours. Up to five minutes
 * of difference are left alone; beyond that a clock that runs ahead is set back, one that runs behind is believed as it
 * is: a correction may only make a copy older. What still lies more than 24 h ahead is not believable.
 */
export function correctInstant(at: Instant, sentAt: Instant, receivedAt: Instant): CorrectedInstant {
  const aheadMs = sentAt - receivedAt;
  const correctedByMs = aheadMs > CLOCK_SKEW_MAX ? aheadMs : 0;
  const corrected = at - correctedByMs;
  if (corrected > receivedAt + DAY)
    return { isBelievable: false, reason: 'far-in-the-future', at: corrected };
  return { isBelievable: true, at: corrected, correctedByMs };
}
