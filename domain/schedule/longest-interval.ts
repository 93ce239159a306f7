import { DAY, SECOND } from '../time/instant';
import { occurrences } from './occurrences';
import type { Schedule } from './schedule';

/** A year with every day of the month and of the week, a long gap between leap days apart. */
const FROM = Date.UTC(2026, 0, 1);
const TO = FROM + 400 * DAY;
/** As many due times show the longest gap of a schedule that is due more often. */
const FREQUENT = 32 * DAY;

/** The longest time between two due times, in seconds, without changes of clocks; null: it is due less than twice in 400 days. */
export function longestInterval(schedule: Schedule): number | null {
  if (schedule.kind === 'interval') return schedule.seconds;
  const soon = occurrences(schedule, 'UTC', FROM, FROM + FREQUENT);
  const due = soon.length > 31 ? soon : occurrences(schedule, 'UTC', FROM, TO);
  const gaps = due.slice(1).map((one, index) => one.at - (due[index]?.at ?? one.at));
  return gaps.length === 0 ? null : Math.max(...gaps) / SECOND;
}
