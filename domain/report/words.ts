import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../time/instant';
import { localAt, stretchAt } from '../time/zone-clock';

/** Words of documents: the same on every machine, so nothing here asks for a locale. */
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `21 October 2026`, of a day YYYY-MM-DD. */
export function dayWords(date: string): string {
  const [year = '', month = '1', day = '1'] = date.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** `October 2026`, of a month YYYY-MM. */
export function monthWords(month: string): string {
  return dayWords(`${month}-01`).slice(2);
}

/** The day of an instant in an IANA zone, YYYY-MM-DD. */
export function dayOf(at: Instant, timeZone: string): string {
  return new Date(localAt(at, timeZone)).toISOString().slice(0, 10);
}

/** `21 October 2026`, in an IANA zone. */
export function dayIn(at: Instant, timeZone: string): string {
  return dayWords(dayOf(at, timeZone));
}

/** `2026-10-21 02:10`, in an IANA zone: for tables. */
export function stampIn(at: Instant, timeZone: string): string {
  return new Date(localAt(at, timeZone)).toISOString().slice(0, 16).replace('T', ' ');
}

/** `21 October 2026, 02:10:00 (UTC−4)`, in an IANA zone. */
export function timeIn(at: Instant, timeZone: string): string {
  const clock = new Date(localAt(at, timeZone)).toISOString().slice(11, 19);
  return `${dayIn(at, timeZone)}, ${clock} (${offsetWords(stretchAt(at, timeZone).offsetMs)})`;
}

function offsetWords(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC';
  const minutes = Math.abs(offsetMs) / MINUTE;
  const rest = minutes % 60;
  return `UTC${offsetMs < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** `1 h 37 min`, `6 min 19 s`, `3 days`: the two greatest units. */
export function durationWords(seconds: number): string {
  const ms = Math.round(seconds) * SECOND;
  const parts = (
    [
      [DAY, 'd'],
      [HOUR, 'h'],
      [MINUTE, 'min'],
      [SECOND, 's'],
    ] as const
  ).map(([unit, name], index, all) => {
    const above = all[index - 1]?.[0] ?? Number.POSITIVE_INFINITY;
    return { amount: Math.floor((ms % above) / unit), name };
  });
  const first = parts.findIndex(({ amount }) => amount > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(({ amount }) => amount > 0)
    .map(({ amount, name }) => `${amount} ${name}`)
    .join(' ');
}

/** `412.0 GiB`. */
export function sizeWords(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}

/** `48,216,903`. */
export function numberWords(amount: number): string {
  return String(amount).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 system`, `3 systems`. */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What the standard template is called on every screen; no other one may be. */
export const STANDARD_TEMPLATE_NAME = 'Standard';
