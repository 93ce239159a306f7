import { DAY, type Instant } from '../time/instant';
import { instantAt } from '../time/zoned-day';
import { dayWords, monthWords } from './words';

/** Days of a zone, the last one included: what a person asks for. YYYY-MM-DD. */
export interface DayRange {
  readonly firstOn: string;
  readonly lastOn: string;
}

/** The days of a month, YYYY-MM. */
export function daysOfMonth(month: string): DayRange {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { firstOn: `${month}-01`, lastOn: `${month}-${String(last).padStart(2, '0')}` };
}

/** The instants of days, [from, to), in an IANA zone whose days start at `dayStartHour`. */
export function instantsOf(
  { firstOn, lastOn }: DayRange,
  timeZone: string,
  dayStartHour: number,
): { from: Instant; to: Instant } {
  const at = (date: string, days: number): Instant =>
    instantAt(Date.parse(date) + days * DAY + dayStartHour * 3_600_000, timeZone);
  return { from: at(firstOn, 0), to: at(lastOn, 1) };
}

/** Every day of a range, oldest first. */
export function daysOf({ firstOn, lastOn }: DayRange): string[] {
  const days = (Date.parse(lastOn) - Date.parse(firstOn)) / DAY + 1;
  return Array.from({ length: Math.max(0, days) }, (_, index) =>
    new Date(Date.parse(firstOn) + index * DAY).toISOString().slice(0, 10),
  );
}

/** The parts of a range that lie in one month each, oldest first. */
export function monthsOf(range: DayRange): DayRange[] {
  const months = [...new Set(daysOf(range).map((day) => day.slice(0, 7)))];
  return months.map((month) => {
    const { firstOn, lastOn } = daysOfMonth(month);
    return {
      firstOn: firstOn < range.firstOn ? range.firstOn : firstOn,
      lastOn: lastOn > range.lastOn ? range.lastOn : lastOn,
    };
  });
}

/** `October 2026`, `1 October 2026 to 14 November 2026`. */
export function rangeWords(range: DayRange): string {
  const month = range.firstOn.slice(0, 7);
  const whole = daysOfMonth(month);
  if (whole.firstOn === range.firstOn && whole.lastOn === range.lastOn) return monthWords(month);
  return `${dayWords(range.firstOn)} to ${dayWords(range.lastOn)}`;
}
