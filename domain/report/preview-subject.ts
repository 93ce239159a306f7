import { z } from 'zod';
import { documentRequest } from './document-request';
import { reportChoices } from './report-template';

/** What a preview is of, as it is kept until it is made. */
export const previewSubject = z.strictObject({
  request: documentRequest,
  /** What an executive report is made with; null: the standard template, or another kind. */
  template: reportChoices.extend({ templateId: z.uuid().nullable(), version: z.int() }).nullable(),
  /** A look that was not saved yet; null: the MSP's. `logo`: the one that is kept, none, or the one that is kept with the preview. */
  look: z
    .strictObject({ name: z.string(), colour: z.string(), logo: z.enum(['kept', 'none', 'given']) })
    .nullable(),
});
export type PreviewSubject = z.output<typeof previewSubject>;

export const PREVIEW_STATES = ['waiting', 'rendering', 'ready', 'failed'] as const;
export type PreviewState = (typeof PREVIEW_STATES)[number];

/** Pages of a preview that are shown as pictures; its PDF has all of them. */
export const PREVIEW_PICTURES_MAX = 12;
