// The clock of the scripted week, by the platform's own calendar rather than ours: its oracle must not share a fault with the product.
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The first instant at which the clock of a zone shows this day and time; neither may fall into an hour that is skipped. */
export function localInstant(timeZone: string, date: string, time: string): number {
  const shown = `${date} ${time}`;
  const utc = Date.parse(`${date}T${time}Z`);
  for (let at = utc - 15 * HOUR; at <= utc + 15 * HOUR; at += 15 * MINUTE)
    if (clockOf(timeZone, at) === shown) return at;
  throw new Error(`${timeZone} never shows ${shown}`);
}

/** The day after or before, `YYYY-MM-DD`. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string, at: number): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(at);
}
