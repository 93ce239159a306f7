import { z } from 'zod';

const DAY_S = 86_400;
const seconds = z
  .int()
  .min(60, 'At least a minute.')
  .max(400 * DAY_S, 'At most 400 days.');
const line = (lengthMax: number, long: string) =>
  z
    .string()
    .trim()
    .max(lengthMax, long)
    .regex(/^[^\0\n\r]*$/, 'Write it in one line.');
const day = z.iso.date('Enter a date.');

/** What was promised to a client in writing, with where it stands. null: the contract says nothing of it, or it does not end. */
export const contractTerms = z
  .strictObject({
    /** The contract's name or number. */
    source: line(200, 'Use at most 200 characters for the contract.').min(
      1,
      'Say which contract: its name or number.',
    ),
    /** The clause, or the address where it can be read. */
    clause: line(500, 'Use at most 500 characters for the clause.').min(1).nullable(),
    /** Its first and last day, by the calendar; both count. */
    validFrom: day.nullable(),
    validUntil: day.nullable(),
    rpoSeconds: seconds.nullable(),
    rtoSeconds: seconds.nullable(),
    retentionDays: z.int().min(1, 'At least a day.').max(36_600, 'At most 36,600 days.').nullable(),
    /** How long evidence of backups and restore tests is kept, from when it was made. */
    evidenceYears: z
      .int('Enter whole years.')
      .min(1, 'At least a year.')
      .max(100, 'At most 100 years.')
      .nullable()
      .default(null),
  })
  .refine(
    ({ validFrom, validUntil }) => validFrom === null || validUntil === null || validFrom <= validUntil,
    { path: ['validUntil'], message: 'The contract ends before it begins. Correct one of both days.' },
  )
  .refine(
    ({ rpoSeconds, rtoSeconds, retentionDays, evidenceYears }) =>
      [rpoSeconds, rtoSeconds, retentionDays, evidenceYears].some((promised) => promised !== null),
    {
      path: ['rpoSeconds'],
      message: 'Say what was promised: an RPO, an RTO, a retention, or for how long evidence is kept.',
    },
  );
/** Durations in seconds; days as YYYY-MM-DD. */
export type ContractTerms = z.infer<typeof contractTerms>;
