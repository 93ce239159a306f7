import { z } from 'zod';
import { SEVERITIES } from '../findings/harm';
import { DAY, MINUTE } from '../time/instant';

/** What of a cause a rule can tell. */
export const TELLINGS = ['opened', 'worse', 'resolved'] as const;
export type Telling = (typeof TELLINGS)[number];

const MINUTES_A_DAY = DAY / MINUTE;
const DAYS_A_WEEK = 7;

/** Monday is 1, Sunday 7 (ISO 8601). */
const weekday = z.int().min(1).max(DAYS_A_WEEK);
const weekdays = z.array(weekday).min(1, 'Choose a day.').max(DAYS_A_WEEK);

/**
 * A time in which nothing is told, in the MSP's zone: on each of these days from `fromMinute` of the wall clock on until `toMinute`,
 * which is one of the next day unless it is later. Both alike: a whole day.
 */
const quietWindow = z.strictObject({
  days: weekdays,
  fromMinute: z
    .int()
    .min(0)
    .max(MINUTES_A_DAY - 1),
  toMinute: z
    .int()
    .min(0)
    .max(MINUTES_A_DAY - 1),
});
export type QuietWindow = z.output<typeof quietWindow>;

/** When a rule keeps quiet. */
const quietHours = z.strictObject({
  windows: z
    .array(quietWindow)
    .min(1)
    .max(14)
    .refine(leavesTime, 'These quiet hours leave no time in which anything could be told.'),
  /** Whether what is critical is told all the same when it opens or gets worse. */
  criticalPasses: z.boolean(),
});
export type QuietHours = z.output<typeof quietHours>;

/** What a rule tells, of which clients, and when. Whom it tells are channels, which it refers to. */
export const ruleTerms = z.strictObject({
  severities: z.array(z.enum(SEVERITIES)).min(1, 'Choose a severity.').max(SEVERITIES.length),
  /** Rules of the catalogue; null: all. */
  findingRules: z.array(z.string().min(1).max(100)).min(1).max(100).nullable(),
  /** null: all clients, those to come too. */
  clientIds: z.array(z.uuid()).min(1, 'Choose a client.').max(1000).nullable(),
  tells: z.array(z.enum(TELLINGS)).min(1, 'Choose what is told.').max(TELLINGS.length),
  /** Hour of the MSP's wall clock at which all of a day is told at once; null: as it happens. */
  digestHour: z.int().min(0).max(23).nullable(),
  /** null: told at any time. */
  quiet: quietHours.nullable(),
  /** After how many minutes another channel hears of what nobody acknowledged; null: never. */
  escalateAfterMinutes: z
    .int()
    .min(5, 'Leave people 5 minutes at least.')
    .max(DAYS_A_WEEK * MINUTES_A_DAY, 'Choose at most a week.')
    .nullable(),
});
export type RuleTerms = z.output<typeof ruleTerms>;

/**
 * The rules of findings that a notification rule tells: whoever hears of restore tests that failed hears of drills, which prove that they
 * would. null: all.
 */
export function toldFindingRules({
  findingRules,
}: Pick<RuleTerms, 'findingRules'>): readonly string[] | null {
  return findingRules?.includes('restore-test-failed') === true ? [...findingRules, 'drill'] : findingRules;
}

/** A week of minutes, each of which some window may cover. */
function leavesTime(windows: readonly QuietWindow[]): boolean {
  const isQuiet = Array.from({ length: DAYS_A_WEEK * MINUTES_A_DAY }, () => false);
  for (const { days, fromMinute, toMinute } of windows)
    for (const day of days) {
      const from = (day - 1) * MINUTES_A_DAY + fromMinute;
      isQuiet.fill(true, from, from + lengthOf({ fromMinute, toMinute }));
      const over = from + lengthOf({ fromMinute, toMinute }) - isQuiet.length;
      if (over > 0) isQuiet.fill(true, 0, over);
    }
  return isQuiet.includes(false);
}

/** How many minutes of the wall clock a window is long. */
export function lengthOf({ fromMinute, toMinute }: Pick<QuietWindow, 'fromMinute' | 'toMinute'>): number {
  return toMinute > fromMinute ? toMinute - fromMinute : toMinute - fromMinute + MINUTES_A_DAY;
}
