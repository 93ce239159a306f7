import { z } from 'zod';
import { dayOf } from '@/domain/report/words';
import type { Instant } from '@/domain/time/instant';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
/** History is kept for thirteen months. */
const MONTHS = 13;

/** The months that can be reviewed, the running one first. */
export function reviewMonths(timeZone: string, now: Instant): string[] {
  const [year = 1970, month = 1] = dayOf(now, timeZone).split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7),
  );
}

/** The month that an address asks for; what is none of them is the last that is over. */
export function askedMonth(given: unknown, months: readonly string[]): string {
  const asked = z.string().regex(MONTH).safeParse(given);
  return asked.success && months.includes(asked.data) ? asked.data : (months[1] ?? '1970-01');
}
