import { MINUTE, type Instant } from '../time/instant';
import { instantAt } from '../time/zoned-day';

/** How a column writes instants: year first (ISO 8601 among them), day first, month first, seconds or milliseconds since 1970. */
export const DATE_FORMS = ['ymd', 'dmy', 'mdy', 'epoch-s', 'epoch-ms'] as const;
export type DateForm = (typeof DATE_FORMS)[number];

/** An instant as it was read. */
interface ReadInstant {
  readonly at: Instant;
  /** Whether the text leaves its zone to the reader. */
  readonly isLocal: boolean;
}

const NUMBERS = /^(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?=T|\s|$)/;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+/i;
const DAY_AND_NAME = /^(\d{1,2})(?:st|nd|rd|th)?[\s.-]+([a-z]{3,9})[\s.,-]+(\d{4})/i;
const NAME_AND_DAY = /^([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME =
  /^(?:T|,?\s+(?:at\s+)?|-)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?(?:\s*([ap])\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const COMPACT_TIME = /^(?:T|\s+)(\d{2})(\d{2})(\d{2})()(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * What a text of this form means. Without a zone of its own it is the clock of `timeZone`: in an hour that a clock skips the first instant
 * after it, in one that it repeats the first of the two. Without a time it is the beginning of the day.
 * @returns null: it is not of this form, or no day of the calendar
 */
export function readInstant(text: string, form: DateForm, timeZone: string): ReadInstant | null {
  const trimmed = text.trim();
  if (form === 'epoch-s')
    return /^\d{9,10}(\.\d{1,9})?$/.test(trimmed)
      ? { at: Math.round(Number(trimmed) * 1000), isLocal: false }
      : null;
  if (form === 'epoch-ms')
    return /^\d{12,13}$/.test(trimmed) ? { at: Number(trimmed), isLocal: false } : null;
  const date = dateIn(trimmed.replace(WEEKDAY, ''), form);
  const time = date && timeIn(date.rest);
  if (!date || !time) return null;
  const local = date.day + time.ms;
  if (time.offsetMs !== null) return { at: local - time.offsetMs, isLocal: false };
  return { at: instantAt(local, timeZone), isLocal: true };
}

interface ReadDay {
  /** Its midnight, as if it were UTC. */
  readonly day: number;
  readonly rest: string;
}

function dateIn(text: string, form: 'ymd' | 'dmy' | 'mdy'): ReadDay | null {
  const named = DAY_AND_NAME.exec(text);
  // A month that is called by its name can be read in one way only, whatever the form.
  if (named) return dayOf(named[3], monthOf(named[2]), named[1], text.slice(named[0].length));
  const turned = NAME_AND_DAY.exec(text);
  if (turned) return dayOf(turned[3], monthOf(turned[1]), turned[2], text.slice(turned[0].length));
  const compact = form === 'ymd' ? COMPACT.exec(text) : null;
  if (compact) return dayOf(compact[1], compact[2], compact[3], text.slice(compact[0].length));
  const [whole = '', a = '', , b = '', c = ''] = NUMBERS.exec(text) ?? [];
  if (whole === '') return null;
  const rest = text.slice(whole.length);
  if (form === 'ymd') return a.length === 4 ? dayOf(a, b, c, rest) : null;
  if (c.length !== 4 && c.length !== 2) return null;
  const year = c.length === 2 ? `20${c}` : c;
  return form === 'dmy' ? dayOf(year, b, a, rest) : dayOf(year, a, b, rest);
}

function monthOf(name = ''): string {
  return String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1);
}

function dayOf(year: string | undefined, month: string | undefined, day = '', rest = ''): ReadDay | null {
  if (day.length > 2) return null;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const midnight = new Date(Date.UTC(y, m - 1, d));
  const isThere = y >= 1970 && y <= 9998 && midnight.getUTCMonth() === m - 1 && midnight.getUTCDate() === d;
  return isThere ? { day: midnight.getTime(), rest } : null;
}

/** `offsetMs` null: the text names no zone. */
function timeIn(rest: string): { ms: number; offsetMs: number | null } | null {
  if (rest.trim() === '') return { ms: 0, offsetMs: null };
  const parts = TIME.exec(rest) ?? COMPACT_TIME.exec(rest);
  if (!parts) return null;
  const [, hourText, minuteText, secondText = '0', half = '', zone] = parts;
  const [clockHour, minute, second] = [Number(hourText), Number(minuteText), Number(secondText)];
  if (minute > 59 || second > 59 || clockHour > 23) return null;
  if (half !== '' && (clockHour < 1 || clockHour > 12)) return null;
  const hour = half === '' ? clockHour : (clockHour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return { ms: (hour * 60 + minute) * MINUTE + second * 1000, offsetMs: offsetOf(zone) };
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE;
}

/** Finds out by all values of a column how it writes instants. */
export class DateProof {
  readonly #read = new Map<DateForm, number>();
  #readable = 0;
  #differs = false;

  add(text: string): void {
    const first = new Set<Instant>();
    for (const form of DATE_FORMS) {
      const read = readInstant(text, form, 'UTC');
      if (!read) continue;
      first.add(read.at);
      this.#read.set(form, (this.#read.get(form) ?? 0) + 1);
    }
    if (first.size > 0) this.#readable++;
    if (first.size > 1) this.#differs = true;
  }

  /**
   * The forms that read everything which any of them reads; of several that mean the same by all of it, one. Several: nobody can tell but
   * who made the file. None: it mixes them, or holds no dates.
   */
  forms(): DateForm[] {
    const whole = DATE_FORMS.filter((form) => this.#readable > 0 && this.#read.get(form) === this.#readable);
    return this.#differs ? whole : whole.slice(0, 1);
  }
}
