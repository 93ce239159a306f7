import type { Words } from '@/domain/protection/sentence';
import type { Instant } from '@/domain/time/instant';

const formats = new Map<string, Intl.DateTimeFormat>();

type Part = 'weekday' | 'day' | 'month' | 'year' | 'hour' | 'minute' | 'second';

function partsOf(at: Instant, timeZone: string): Record<Part, string> {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const read = (part: Part): string => parts[part] ?? '';
  return {
    weekday: read('weekday'),
    day: read('day'),
    month: read('month'),
    year: read('year'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  };
}

/** 'Tue 24 Nov 07:00' in an IANA zone; with the year where it is not that of `now`. */
export function instantText(at: Instant, timeZone: string, now: Instant): string {
  const { weekday, day, month, year, hour, minute } = partsOf(at, timeZone);
  const isThisYear = year === partsOf(now, timeZone).year;
  return `${weekday} ${day} ${month} ${isThisYear ? '' : `${year} `}${hour}:${minute}`;
}

/** 'Tue 24 Nov 2026, 07:00:12 Europe/London': exact, for titles and readers. */
export function exactText(at: Instant, timeZone: string): string {
  const { weekday, day, month, year, hour, minute, second } = partsOf(at, timeZone);
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute}:${second} ${timeZone}`;
}

/** '24 Nov 2026'. */
export function dayText(at: Instant, timeZone: string): string {
  const { day, month, year } = partsOf(at, timeZone);
  return `${day} ${month} ${year}`;
}

/** '07:00' today, 'Mon 07:00' within six days, else '18 Nov'. */
export function shortInstantText(at: Instant, timeZone: string, now: Instant): string {
  const { weekday, day, month, hour, minute } = partsOf(at, timeZone);
  const today = partsOf(now, timeZone);
  if (day === today.day && month === today.month && Math.abs(now - at) < 86_400_000)
    return `${hour}:${minute}`;
  if (Math.abs(now - at) < 6 * 86_400_000) return `${weekday} ${hour}:${minute}`;
  return `${day} ${month}`;
}

/** '07:00'. */
export function clockText(at: Instant, timeZone: string): string {
  const { hour, minute } = partsOf(at, timeZone);
  return `${hour}:${minute}`;
}

/** 'Sat 14 Nov' of a calendar date (YYYY-MM-DD). */
export function dateText(date: string): string {
  const { weekday, day, month } = partsOf(Date.parse(`${date}T00:00:00Z`), 'UTC');
  return `${weekday} ${day} ${month}`;
}

/** 'Nov' of a calendar month (YYYY-MM). */
export function monthText(month: string): string {
  return partsOf(Date.parse(`${month}-01T00:00:00Z`), 'UTC').month;
}

/** What sentences of the domain need to name instants, in a zone. */
export function wordsIn(timeZone: string, now: Instant): Words {
  return { formatInstant: (at) => instantText(at, timeZone, now) };
}

/** The same for people who do not know the field's abbreviations. */
export function plainWordsIn(timeZone: string, now: Instant): Words {
  return { ...wordsIn(timeZone, now), isPlain: true };
}
