/** What a request about a ticket can name. */
export const PLACEHOLDERS = [
  'summary',
  'description',
  'companyId',
  'clientName',
  'severity',
  'systemCount',
  'findingCount',
  'key',
  'url',
  'ticketId',
  'note',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type PlaceholderValues = Readonly<Partial<Record<Placeholder, string>>>;

const MARK = /\{\{([^{}]*)\}\}/g;
/** A text that is one placeholder alone and is to be a number: `{{companyId:number}}`. */
const NUMBER = /^\{\{\s*(\w+)\s*:\s*number\s*\}\}$/;
const NUMERIC = /^-?\d{1,15}$/;

/** The names between `{{` and `}}`, as they stand there; what is left half open counts as one too. */
export function placeholdersIn(text: string): string[] {
  const names = [...text.matchAll(MARK)].map(([, name = '']) => name.replace(/:\s*number\s*$/, '').trim());
  return /\{\{|\}\}/.test(text.replaceAll(MARK, '')) ? [...names, '{{'] : names;
}

/** A template with its values, each as `encode` makes it; what has no value is empty. */
export function fillText(
  template: string,
  values: PlaceholderValues,
  encode: (value: string) => string = (value) => value,
): string {
  return template.replaceAll(MARK, (_, name: string) => encode(valueOf(name, values)));
}

/**
 * A parsed JSON template with its values, in its texts alone: no value can become part of its shape. `"{{companyId:number}}"` becomes a
 * number where the value is one.
 */
export function fillJson(template: unknown, values: PlaceholderValues): unknown {
  if (typeof template === 'string') return fillJsonText(template, values);
  if (Array.isArray(template)) return template.map((one) => fillJson(one, values));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(Object.entries(template).map(([name, one]) => [name, fillJson(one, values)]));
}

function fillJsonText(template: string, values: PlaceholderValues): string | number {
  const [, numbered] = NUMBER.exec(template) ?? [];
  if (numbered === undefined) return fillText(template, values);
  const value = valueOf(numbered, values);
  return NUMERIC.test(value) ? Number(value) : value;
}

function valueOf(name: string, values: PlaceholderValues): string {
  const wanted = name.replace(/:\s*number\s*$/, '').trim();
  const known = PLACEHOLDERS.find((one) => one === wanted);
  return known === undefined ? '' : (values[known] ?? '');
}
