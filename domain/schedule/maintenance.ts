import { z } from 'zod';
import { DAY, HOUR, MINUTE, type Instant } from '../time/instant';
import { localAt } from '../time/zone-clock';
import { instantAt } from '../time/zoned-day';

const text = z.string().min(1, 'Say what it is for.').max(200, 'At most 200 characters.');

/**
 * When nothing need run, in the zone of the site: runs due within are excused.
 * - `once`: [from, until), instants in milliseconds.
 * - `weekly`: from `time` (HH:mm, local) on `weekday` (0 is Sunday), for so many minutes of elapsed time, up to a week.
 */
export const maintenanceWindow = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('once'), name: text, from: z.int(), until: z.int() })
    .refine(({ from, until }) => from < until, { path: ['until'], message: 'It must end after it starts.' }),
  z.strictObject({
    kind: z.literal('weekly'),
    name: text,
    weekday: z.int().min(0).max(6),
    time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write the time as HH:mm.'),
    durationMinutes: z
      .int()
      .min(1, 'At least a minute.')
      .max(7 * 24 * 60, 'At most a week.'),
  }),
]);
export type MaintenanceWindow = z.infer<typeof maintenanceWindow>;

/** The first of the windows, in the order given, that holds an instant; null: none does. */
export function windowAt(
  at: Instant,
  windows: readonly MaintenanceWindow[],
  timeZone: string,
): MaintenanceWindow | null {
  return windows.find((window) => isWithin(at, window, timeZone)) ?? null;
}

function isWithin(at: Instant, window: MaintenanceWindow, timeZone: string): boolean {
  switch (window.kind) {
    case 'once':
      return at >= window.from && at < window.until;
    case 'weekly':
      return startsNear(at, window, timeZone).some(
        (startsAt) => at >= startsAt && at < startsAt + window.durationMinutes * MINUTE,
      );
  }
}

type Weekly = Extract<MaintenanceWindow, { kind: 'weekly' }>;

/** The starts that may reach an instant: of the week before, of this one, and of the next where clocks were set back. */
function startsNear(at: Instant, { weekday, time }: Weekly, timeZone: string): Instant[] {
  const today = Math.floor(localAt(at, timeZone) / DAY) * DAY;
  const sinceMs = ((new Date(today).getUTCDay() - weekday + 7) % 7) * DAY;
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const start = today - sinceMs + hour * HOUR + minute * MINUTE;
  return [start - 7 * DAY, start, start + 7 * DAY].map((local) => instantAt(local, timeZone));
}
