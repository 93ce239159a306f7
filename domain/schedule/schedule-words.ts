import { readCron, type Cron } from './cron';
import type { Schedule } from './schedule';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const ALL_MONTHS = 12;
/** More times than this are no longer read at a glance. */
const TIMES_MAX = 4;

/**
 * A schedule for people: 'daily 02:15', 'weekdays 21:00', 'Saturday and Sunday 03:00', 'every 15 minutes', 'monthly on the 1st, 04:00';
 * a cron expression that has no such words is given as it is. Times are the site's.
 */
export function scheduleWords(rule: Schedule): string {
  switch (rule.kind) {
    case 'interval':
      return intervalWords(rule.seconds / 60, rule.anchor.slice(11));
    case 'cron': {
      const reading = readCron(rule.expression);
      const words = reading.isValid ? (frequentWords(rule.expression) ?? cronWords(reading.cron)) : null;
      return words ?? rule.expression;
    }
  }
}

function intervalWords(minutes: number, time: string): string {
  if (minutes === 1440) return `daily ${time}`;
  if (minutes % 1440 === 0) return `every ${minutes / 1440} days, ${time}`;
  // by how far from midnight it begins, an interval that divides the day says all its times
  const phase = phaseOf(minutes, time);
  return `every ${lengthWords(minutes)}${phase === null || phase === '00:00' ? '' : `, from ${phase}`}`;
}

/** The first time of the day; null where an interval does not divide the day, so that it has none. */
function phaseOf(minutes: number, time: string): string | null {
  if (1440 % minutes !== 0) return null;
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const phase = (hour * 60 + minute) % minutes;
  return clock(Math.floor(phase / 60), phase % 60);
}

function lengthWords(minutes: number): string {
  if (minutes === 60) return 'hour';
  if (minutes % 60 === 0) return `${minutes / 60} hours`;
  return minutes === 1 ? 'minute' : `${minutes} minutes`;
}

// each quarter of an hour, hourly at half past, every four hours: where the step divides what it counts in
function frequentWords(expression: string): string | null {
  const [, minute = '', hour = ''] = /^(\S+) (\S+) \* \* \*$/.exec(expression) ?? [];
  const everyMinutes = stepOf(minute, 60);
  if (everyMinutes !== null && hour === '*') return `every ${lengthWords(everyMinutes)}`;
  if (!/^\d+$/.test(minute)) return null;
  const everyHours = stepOf(hour, 24);
  if (everyHours === null) return null;
  return intervalWords(everyHours * 60, clock(0, Number(minute)));
}

function stepOf(field: string, count: number): number | null {
  if (field === '*') return 1;
  const step = Number(/^\*\/(\d+)$/.exec(field)?.[1] ?? count);
  return count % step === 0 && step < count ? step : null;
}

function cronWords(cron: Cron): string | null {
  if (cron.months.size < ALL_MONTHS || cron.isEitherDay) return null;
  if (cron.hours.length * cron.minutes.length > TIMES_MAX) return null;
  const times = cron.hours.flatMap((hour) => cron.minutes.map((minute) => clock(hour, minute)));
  const days = daysWords(cron);
  return days === null ? null : `${days} ${joined(times)}`;
}

function daysWords({ days, weekdays }: Cron): string | null {
  if (days.size === 31) return weekdaysWords([...weekdays]);
  if (weekdays.size < 7 || days.size > TIMES_MAX) return null;
  return `monthly on the ${joined([...days].toSorted((a, b) => a - b).map(ordinal))},`;
}

function weekdaysWords(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return 'daily';
  const isWeekdays = weekdays.length === 5 && !weekdays.includes(0) && !weekdays.includes(6);
  if (isWeekdays) return 'weekdays';
  // a week begins on Monday
  const inOrder = weekdays.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return joined(inOrder.map((weekday) => WEEKDAYS[weekday] ?? ''));
}

function ordinal(day: number): string {
  const ending = day % 100 >= 11 && day % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
