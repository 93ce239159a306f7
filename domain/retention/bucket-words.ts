import type { Bucket } from './buckets';

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

/** A bucket in words, by its local name: 'week 47 of 2026', '17 November 2026', '01:00 on 17 November 2026'. */
export function bucketWords({ unit, name }: Pick<Bucket, 'unit' | 'name'>): string {
  switch (unit) {
    case 'hour':
      return `${name.slice(11)}:00 on ${dayWords(name)}`;
    case 'day':
      return dayWords(name);
    case 'week':
      return `week ${Number(name.slice(6))} of ${name.slice(0, 4)}`;
    case 'month':
      return `${monthName(name)} ${name.slice(0, 4)}`;
    case 'year':
      return name;
  }
}

function dayWords(name: string): string {
  return `${Number(name.slice(8, 10))} ${monthName(name)} ${name.slice(0, 4)}`;
}

function monthName(name: string): string {
  return MONTHS[Number(name.slice(5, 7)) - 1] ?? name.slice(5, 7);
}
