import { HOUR, type Instant } from '@/domain/time/instant';

const formats = new Map<string, Intl.DateTimeFormat>();

/** The instant at which the clock in `timeZone` shows `hour` on the local day that holds `at`. */
export function localHour(at: Instant, hour: number, timeZone: string): Instant {
  const local = at + offsetOf(at, timeZone);
  const midnight = Math.floor(local / (24 * HOUR)) * 24 * HOUR;
  const wanted = midnight + hour * HOUR;
  // The offset may differ between `at` and the wanted time, so ask again there.
  return wanted - offsetOf(wanted - offsetOf(at, timeZone), timeZone);
}

function offsetOf(at: Instant, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / 60_000) * 60_000;
}
