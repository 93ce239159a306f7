import { readCron } from './cron';
import { schedule, type Schedule } from './schedule';
import { ANCHOR_DAY } from './schedule-text';

/** What was typed as a schedule: the schedule, or what is wrong with it. */
export type ScheduleReading =
  | { readonly isValid: true; readonly schedule: Schedule }
  | { readonly isValid: false; readonly problem: string };

/** By the first letter of the unit. */
const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const EVERY =
  /^every (?<count>\d{1,5}) ?(?<unit>min(?:ute)?s?|h(?:ours?)?|days?)(?:,? from (?<day>\d{4}-\d{2}-\d{2}[T ])?(?<time>\d{2}:\d{2}))?$/;
const DAYS = /^(?<days>daily|weekdays|[a-z]+days?),? (?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)$/;

/**
 * Reads a schedule as people write it: five fields of cron ('0 21 * * 1-5'), 'every 6 h', 'every 2 days from 2026-01-01 02:00', or 'daily
 * 21:00', 'weekdays 21:00', 'Sunday 03:00'. Times are the site's.
 */
export function readSchedule(text: string): ScheduleReading {
  const plain = text.trim().replaceAll(/\s+/g, ' ');
  const lower = plain.toLowerCase();
  const every = EVERY.exec(lower)?.groups;
  if (every) return readInterval(every);
  const days = DAYS.exec(lower)?.groups;
  if (days) return readDays(days);
  if (/^(every|daily|weekdays)\b/.test(lower))
    return problem(
      'Write ‘every 6 h’, ‘every 30 min’, ‘every 2 days from 2026-01-01 02:00’ or ‘daily 21:00’.',
    );
  const reading = readCron(plain);
  return reading.isValid ? parsed({ kind: 'cron', expression: plain }) : problem(reading.problem);
}

function readInterval({
  count,
  unit = '',
  day,
  time = '00:00',
}: Record<string, string | undefined>): ScheduleReading {
  const seconds = Number(count) * (UNIT_SECONDS[unit.charAt(0)] ?? 60);
  return parsed({ kind: 'interval', seconds, anchor: `${day?.slice(0, 10) ?? ANCHOR_DAY}T${time}` });
}

function readDays({ days = '', hour, minute }: Record<string, string | undefined>): ScheduleReading {
  const weekday = weekdaysOf(days);
  if (weekday === null)
    return problem(`There is no day called ‘${days}’. Write ‘Sunday 03:00’, or ‘daily 21:00’.`);
  return parsed({ kind: 'cron', expression: `${Number(minute)} ${Number(hour)} * * ${weekday}` });
}

function weekdaysOf(days: string): string | null {
  if (days === 'daily') return '*';
  if (days === 'weekdays') return '1-5';
  const index = WEEKDAYS.indexOf(days.replace(/days$/, 'day'));
  return index === -1 ? null : String(index);
}

function parsed(given: Schedule): ScheduleReading {
  const result = schedule.safeParse(given);
  if (result.success) return { isValid: true, schedule: result.data };
  return problem(result.error.issues[0]?.message ?? 'This is no schedule.');
}

function problem(sentence: string): ScheduleReading {
  return { isValid: false, problem: sentence };
}
