import { z } from 'zod';

/** What the worker asks its render process. Files are sent as they are; `id` numbers the question. */
export const renderQuestion = z.strictObject({
  id: z.int(),
  /** A `Sheet` as JSON. */
  sheet: z.string(),
  facts: z.instanceof(Uint8Array),
  logo: z.instanceof(Uint8Array).nullable(),
  /** How many of the pages are wanted as pictures, too. */
  picturesMax: z.int().min(0),
});
export interface RenderQuestion {
  readonly id: number;
  readonly sheet: string;
  readonly facts: Uint8Array;
  readonly logo: Uint8Array | null;
  readonly picturesMax: number;
}

/** What a document was made with: the same of all of them, and the same facts, give the same bytes. SHA-256 in hexadecimal. */
const renderedWith = z.strictObject({
  templateSha256: z.string(),
  compiler: z.string(),
  fontSha256: z.record(z.string(), z.string()),
});
export type RenderedWith = z.output<typeof renderedWith>;

export const renderAnswer = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('rendered'),
    id: z.int(),
    pdf: z.instanceof(Uint8Array),
    pages: z.int(),
    /** The first pages as SVG, each by itself. */
    pictures: z.array(z.string()),
    with: renderedWith,
  }),
  /** `reason` is for the log: it may hold texts of the document. */
  z.strictObject({ outcome: z.literal('failed'), id: z.int(), reason: z.string() }),
]);
