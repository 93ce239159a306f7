import { z } from 'zod';
import { rangeWords, daysOfMonth } from './period';
import { dayWords } from './words';

/**
 * The parts that an executive report is made of, in the order of the standard report. `isRequired`: it tells bad news, or how far the facts
 * can be trusted, so nobody sends a report without it; `why` says so, in words for whoever would leave it out.
 */
export const REPORT_SECTIONS = [
  {
    id: 'figures',
    name: 'The month in figures',
    tells:
      'How many systems were protected as agreed, what was restored, and how many runs failed or were missed.',
    isRequired: true,
    why: 'it tells what failed, was missed or is not known',
  },
  {
    id: 'every-day',
    name: 'Every system, every day',
    tells: 'Each system with a bar of its days, how it stood at the end, and when it was last restored.',
    isRequired: true,
    why: 'it names every system that is not protected, or of which nobody knows',
  },
  {
    id: 'points',
    name: 'What you should know',
    tells: 'Points that are open, worst first, and what is being done; points that were closed.',
    isRequired: true,
    why: 'it tells what is wrong',
  },
  {
    id: 'recovery',
    name: 'Time to be back, against the promise',
    tells: 'How long systems took to be back, measured or extrapolated, beside what was promised.',
    isRequired: false,
    why: '',
  },
  {
    id: 'risks',
    name: 'Risks that were accepted',
    tells: 'What is knowingly not as agreed, who accepted it and until when; not there where nothing was.',
    isRequired: true,
    why: 'it tells what is knowingly not protected',
  },
  {
    id: 'tests',
    name: 'What was really restored',
    tells: 'Each restore test with its time and result; the figures count them in any case.',
    isRequired: false,
    why: '',
  },
  {
    id: 'how-to-read',
    name: 'How to read this',
    tells: 'What is a claim, what is proof, and what nobody knows.',
    isRequired: true,
    why: 'it says how far the evidence goes',
  },
] as const;

export type ReportSection = (typeof REPORT_SECTIONS)[number]['id'];

const SECTION_IDS = REPORT_SECTIONS.map(({ id }) => id) as [ReportSection, ...ReportSection[]];

/** How a report says which time it is of: `October 2026`, or `1 October 2026 to 31 October 2026`. */
export const PERIOD_WORDINGS = ['month', 'days'] as const;
export type PeriodWording = (typeof PERIOD_WORDINGS)[number];

/** Characters of a foreword: a page is three times as long. */
export const FOREWORD_MAX = 1500;
const PARAGRAPHS_MAX = 8;
export const TEMPLATE_NAME_MAX = 100;

/** Line ends are the one control that a text of several lines has; what turns its direction or cannot be seen is none. */
const PLAIN_LINES = /^(?:\P{C}|\n)*$/u;

/** What an MSP chose of our own sections. Nothing of it is a command: it is a list of names, and words that are printed as they are. */
export const reportChoices = z.strictObject({
  sections: z
    .array(z.enum(SECTION_IDS))
    .refine((ids) => new Set(ids).size === ids.length, 'Name each section once.')
    .superRefine((ids, context) => {
      const missing = REPORT_SECTIONS.find(({ id, isRequired }) => isRequired && !ids.includes(id));
      if (missing)
        context.addIssue({
          code: 'custom',
          message: `“${missing.name}” cannot be left out: ${missing.why}.`,
        });
    }),
  /** Before the figures, as the MSP's own words; paragraphs are parted by empty lines; empty: none. */
  foreword: z
    .string()
    .transform((text) => text.replaceAll(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .max(FOREWORD_MAX, `Use at most ${FOREWORD_MAX.toLocaleString('en')} characters.`)
        .regex(PLAIN_LINES, 'Leave out control characters.')
        .refine(
          (text) => paragraphsOf(text).length <= PARAGRAPHS_MAX,
          `Use at most ${PARAGRAPHS_MAX} paragraphs.`,
        ),
    ),
  periodWording: z.enum(PERIOD_WORDINGS),
});
export type ReportChoices = z.output<typeof reportChoices>;

/** What reports are made with where nobody chose anything. */
export const STANDARD_CHOICES: ReportChoices = {
  sections: [...SECTION_IDS],
  foreword: '',
  periodWording: 'month',
};

/** The template that a report was made with, as its facts tell it: without its name, which is the MSP's own business. */
export interface UsedTemplate extends ReportChoices {
  /** null: it was not kept yet when it was looked at, as in a preview. */
  readonly templateId: string | null;
  readonly version: number;
}

/** The paragraphs of a foreword, each in one line. */
export function paragraphsOf(foreword: string): string[] {
  return foreword
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}

/** The sections that choices leave out, in the standard's order. */
export function leftOutSections({
  sections,
}: {
  readonly sections: readonly ReportSection[];
}): ReportSection[] {
  return SECTION_IDS.filter((id) => !sections.includes(id));
}

/** What a section is called. */
export function sectionName(id: ReportSection): string {
  return REPORT_SECTIONS.find((section) => section.id === id)?.name ?? id;
}

/** The time of a report in the words that were chosen. @param month YYYY-MM */
export function periodInWords(month: string, wording: PeriodWording): string {
  const range = daysOfMonth(month);
  switch (wording) {
    case 'month':
      return rangeWords(range);
    case 'days':
      return `${dayWords(range.firstOn)} to ${dayWords(range.lastOn)}`;
  }
}
