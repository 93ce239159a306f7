import { z } from 'zod';

const days = z.int().min(1).max(36_600);

/**
 * How long recovery points are promised to be kept (domain.md, 'Retention'). The newest `last`, and of the last so many
 * hours, days, weeks, months and years one each, in the site's zone; null: nothing is promised. No framework sets a
 * minimum for backups: the numbers come from the client's contract.
 */
export const retentionPolicy = z
  .strictObject({
    last: z.int().min(1).max(1000).nullable(),
    hourly: z.int().min(1).max(744).nullable(),
    daily: z.int().min(1).max(3660).nullable(),
    weekly: z.int().min(1).max(530).nullable(),
    monthly: z.int().min(1).max(240).nullable(),
    yearly: z.int().min(1).max(100).nullable(),
    /** One point of each day that is younger than so many days is kept. */
    ageDaysMin: days.nullable(),
    /** No point may be older than so many days. */
    ageDaysMax: days.nullable(),
  })
  .refine(({ ageDaysMin, ageDaysMax }) => (ageDaysMin ?? 0) <= (ageDaysMax ?? Infinity), {
    path: ['ageDaysMin'],
    message: 'The least age is above the greatest: nothing could satisfy both. Lower one or raise the other.',
  });
export type RetentionPolicy = z.infer<typeof retentionPolicy>;

/** To be filled in where something is promised. */
export const NOTHING_PROMISED: RetentionPolicy = {
  last: null,
  hourly: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  ageDaysMin: null,
  ageDaysMax: null,
};

/** Whether a promise asks for all that another does; a greatest age takes from what is asked. */
export function asksForAllOf(promise: RetentionPolicy, other: RetentionPolicy): boolean {
  const { ageDaysMax: greatest, ...counts } = other;
  const parts = Object.keys(counts) as (keyof typeof counts)[];
  return (
    parts.every((part) => (promise[part] ?? 0) >= (counts[part] ?? 0)) &&
    (promise.ageDaysMax ?? Infinity) >= (greatest ?? Infinity)
  );
}
