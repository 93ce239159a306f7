/** An instant: milliseconds since 1970-01-01T00:00:00Z. All intervals in the domain are half-open: [from, to). */
export type Instant = number;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The day of an instant in UTC, YYYY-MM-DD. */
export function utcDay(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
