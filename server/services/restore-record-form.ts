import { z } from 'zod';
import { ATTACHED_BYTES_MAX, ATTACHMENTS_MAX } from '@/domain/restore-test/attachment';
import { PROOF_LEVELS, RECORD_RESULTS } from '@/domain/restore-test/record';
import { textLine } from './form-fields';

const text = (name: string, charactersMax = 2000) =>
  z
    .string()
    .trim()
    .min(1, `Say ${name}.`)
    .max(charactersMax, `Use at most ${charactersMax} characters.`)
    .regex(/^[^\0]*$/, 'Leave out control characters.');
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
const count = z.int('Use a whole number.').min(0, 'Use a number from 0.').max(Number.MAX_SAFE_INTEGER);
const seconds = z
  .number()
  .min(0, 'Use a time from 0.')
  .max(400 * 86_400, 'That is longer than a year.');
/** What a clock on the wall of the client showed. */
const localTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/, 'Enter a day and a time.')
  .refine((told) => !Number.isNaN(Date.parse(`${told}Z`)), 'Enter a day and a time.');

/** As base64, a third more. */
export const RECORD_FORM_BYTES_MAX = Math.ceil((ATTACHED_BYTES_MAX * 4) / 3) + 400_000;

const attachment = z.strictObject({
  name: z.string().min(1).max(500),
  content: z.base64('The file did not arrive whole. Choose it again.'),
  capturedAt: maybe(z.iso.datetime({ offset: true })),
  origin: maybe(textLine('where it comes from')),
});
export const attachmentsField = z
  .array(attachment)
  .max(ATTACHMENTS_MAX, `Attach at most ${ATTACHMENTS_MAX} files at once.`);
export type AttachmentForm = z.infer<typeof attachment>;

export const checksField = z
  .array(
    z.strictObject({
      criterion: text('what was to be seen', 500),
      isMet: z.boolean().nullable(),
      seen: maybe(text('what was seen', 1000)),
    }),
  )
  .max(50, 'Use at most 50 criteria.');
const lines = z.array(text('what it was', 1000)).max(50, 'Use at most 50 lines.');
const malwareScanField = z.strictObject({
  tool: textLine('which scanner'),
  result: text('what it found', 500),
});

/** What a person says of a restore test. Everything else of the record follows from what is known. */
export const restoreTestForm = z.strictObject({
  pointId: z.uuid('Choose a recovery point.'),
  level: z.enum(PROOF_LEVELS, 'Choose a level.'),
  result: z.enum(RECORD_RESULTS, 'Choose a result.'),
  selection: z.strictObject({
    how: z.enum(['scheduled', 'random', 'risk', 'request']),
    population: maybe(count),
    seed: maybe(textLine('the seed')),
    rule: maybe(textLine('the rule', 500)),
  }),
  method: text('how it was done'),
  scope: text('what was restored', 1000),
  environment: textLine('where it was restored to', 500),
  isIsolated: z.boolean().nullable(),
  startedAt: localTime,
  endedAt: localTime,
  phases: z
    .array(z.strictObject({ name: textLine('the phase'), seconds }))
    .max(30)
    .default([]),
  recoverySeconds: maybe(seconds),
  bytesRestored: maybe(count),
  dataAgeSeconds: maybe(seconds),
  checks: checksField,
  files: maybe(
    z.strictObject({
      selected: maybe(count),
      matched: maybe(count),
      mismatched: maybe(count),
      missing: maybe(count),
      unverifiable: maybe(count),
    }),
  ),
  manifest: maybe(
    z.strictObject({
      origin: text('what the content was compared with', 500),
      sha256: maybe(z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 hexadecimal digits.')),
    }),
  ),
  anomalies: lines.default([]),
  failure: maybe(
    z.strictObject({
      ticket: maybe(textLine('the ticket')),
      cause: maybe(text('the cause')),
      correctiveAction: maybe(text('what is done about it')),
      owner: maybe(textLine('who sees to it')),
    }),
  ),
  malwareScan: maybe(malwareScanField),
  exceptions: lines.default([]),
  lessons: maybe(text('what was learnt')),
  systemOwner: maybe(textLine('whose system it is')),
  dataClass: maybe(textLine('what data it holds')),
  productVersion: maybe(textLine('the version')),
  /** The failed record that this is the retest of. */
  retestOf: maybe(z.uuid()),
  attachments: attachmentsField.default([]),
});
export type RestoreTestForm = z.infer<typeof restoreTestForm>;
