import { z } from 'zod';
import { FRAMEWORKS } from '../frameworks/clause-evidence';
import { daysOf } from './period';

const day = z.iso.date('Choose a day.');
/** Of a pack: more than any audit asks for. */
const DAYS_MAX = 400;

const executiveReport = z.strictObject({
  kind: z.literal('executive-report'),
  /** YYYY-MM */
  month: z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'Choose a month.'),
});
/** What auditors read: nobody chooses what stands in it. */
const fixedKinds = [
  z
    .strictObject({
      kind: z.literal('evidence-pack'),
      /** Days of the client's zone, both included. */
      firstOn: day,
      lastOn: day,
      framework: z.string().refine((name) => FRAMEWORKS.includes(name), 'Choose a framework.'),
      /** Of the sample, an auditor's own; null: the document's id, which nobody can know beforehand. */
      seed: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .regex(/^[\x20-\x7e]*$/, 'Use plain letters, digits and signs.')
        .nullable(),
    })
    .refine(({ firstOn, lastOn }) => firstOn <= lastOn, {
      path: ['lastOn'],
      message: 'The last day comes before the first.',
    })
    .refine((range) => daysOf(range).length <= DAYS_MAX, {
      path: ['lastOn'],
      message: `Choose at most ${DAYS_MAX} days.`,
    }),
  z.strictObject({ kind: z.literal('restore-certificate'), recordId: z.uuid() }),
] as const;

/** What somebody asks for, of one client. */
export const askedRequest = z.discriminatedUnion('kind', [executiveReport, ...fixedKinds]);
export type AskedRequest = z.output<typeof askedRequest>;

/** The same as it is kept: with the version of the template that a report is made with; left out: the standard one. */
export const documentRequest = z.discriminatedUnion('kind', [
  executiveReport.extend({
    /** `name`: as it was called then. */
    template: z.strictObject({ templateId: z.uuid(), version: z.int().min(1), name: z.string() }).optional(),
  }),
  ...fixedKinds,
]);
export type DocumentRequest = z.output<typeof documentRequest>;
export type RequestOf<Kind extends DocumentRequest['kind']> = Extract<DocumentRequest, { kind: Kind }>;
