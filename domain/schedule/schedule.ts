import { z } from 'zod';
import { readCron } from './cron';

const DAY_SECONDS = 86_400;

/** Local time as a schedule names it: YYYY-MM-DDTHH:mm, without zone. */
const localMinute = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'Write it as YYYY-MM-DDTHH:mm, in the time of the site.')
  .refine(isOnTheCalendar, 'There is no such day or time.');

/**
 * When a job is due, without a zone: the same rule holds at every site, each by its own clock.
 * - `cron`: five fields as Vixie cron takes them.
 * - `interval`: every so many seconds (whole minutes, up to 400 days), counted from `anchor`, in both directions.
 */
export const schedule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cron'),
    expression: z
      .string()
      .max(200, 'A cron expression has at most 200 characters.')
      .overwrite((text) => text.trim().replaceAll(/\s+/g, ' '))
      .superRefine((text, context) => {
        const reading = readCron(text);
        if (!reading.isValid) context.addIssue({ code: 'custom', message: reading.problem });
      }),
  }),
  z.strictObject({
    kind: z.literal('interval'),
    seconds: z
      .int()
      .min(60, 'An interval is at least a minute.')
      .max(400 * DAY_SECONDS, 'An interval is at most 400 days.')
      .multipleOf(60, 'An interval is whole minutes.'),
    anchor: localMinute,
  }),
]);
export type Schedule = z.infer<typeof schedule>;

function isOnTheCalendar(text: string): boolean {
  const at = Date.parse(`${text}:00Z`);
  return at > 0 && new Date(at).toISOString().startsWith(text);
}
