import { DAY, type Instant } from '../time/instant';
import { latestOccurrence } from './occurrences';
import type { Schedule } from './schedule';

const LOOK_BACK = 2 * DAY;
const DUE_TIMES = 4;
const LOOK_BACK_MAX = 400 * DAY;

/**
 * How far back what was due still says how a job stands: two days, and four due times where they lie further apart (three that are missed in a
 * row are worse than one), up to 400 days.
 */
export function lookBackFrom(schedule: Schedule, timeZone: string, now: Instant): Instant {
  let from = now;
  for (let count = 0; count < DUE_TIMES; count++) {
    const occurrence = latestOccurrence(schedule, timeZone, from - 1);
    if (occurrence === null || occurrence.at < now - LOOK_BACK_MAX) break;
    from = occurrence.at;
  }
  return Math.min(from, now - LOOK_BACK);
}
