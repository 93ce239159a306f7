/** The steps to a value in an answer: names of fields and places in lists. */
export type AnswerPath = readonly (string | number)[];

const STEP = /^(?:\.?([A-Za-z_][\w-]*)|\[(\d{1,4})\]|\["([^"\]]+)"\])/;
const LENGTH_MAX = 200;

/** Reads `id`, `data.ticket.id`, `$.results[0].id` or `["ticket id"]`; null: it is none of these. */
export function parseAnswerPath(text: string): AnswerPath | null {
  let rest = text.trim().replace(/^\$/, '');
  if (rest === '' || rest.length > LENGTH_MAX) return null;
  const steps: (string | number)[] = [];
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match) return null;
    const [whole, name, place, quoted] = match;
    // Two names side by side are none: only the first may stand without its dot.
    if (name !== undefined && steps.length > 0 && !whole.startsWith('.')) return null;
    steps.push(place === undefined ? (name ?? quoted ?? '') : Number(place));
    rest = rest.slice(whole.length);
  }
  return steps;
}

/** What stands there, as text: a text that is not empty, or a number; null: nothing of that kind. */
export function textAt(answer: unknown, path: AnswerPath): string | null {
  let value = answer;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return null;
    value = (value as Record<string | number, unknown>)[step];
  }
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
