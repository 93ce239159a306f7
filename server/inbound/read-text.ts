import { bytesOf, numberOf, secondsOf } from '@/domain/text/amounts';
import type { InboundStatus } from './inbound-report';

const HARM: Readonly<Record<InboundStatus, number>> = { success: 0, warning: 1, failed: 2 };

/** The worst of what is said; what says nothing does not count. null: nothing says anything. */
export function worstOf(statuses: readonly (InboundStatus | null)[]): InboundStatus | null {
  return statuses.reduce<InboundStatus | null>((worst, status) => {
    if (status === null) return worst;
    return worst === null || HARM[status] > HARM[worst] ? status : worst;
  }, null);
}

/**
 * What a message says as a whole. Success must be said where the product says it last (`decisive`); a subject alone, or what is left of
 * a body that was cut, is not enough, but either can say that something went wrong.
 */
export function decided(
  decisive: InboundStatus | null,
  ...others: (InboundStatus | null)[]
): InboundStatus | null {
  const all = worstOf([decisive, ...others]);
  return all === 'success' && decisive !== 'success' ? null : all;
}

/** Reads `Label: value` lines, and cells that follow a cell with a label. The first of a name counts. */
export function labelsOf(body: string): (label: string) => string | null {
  const values = new Map<string, string>();
  for (const line of body.split('\n')) {
    const cells = line.split('\t').map((cell) => cell.trim());
    const [first = ''] = cells;
    const colon = first.indexOf(':');
    if (cells.length > 1) cells.forEach((cell, index) => put(cell.replace(/:$/, ''), cells[index + 1]));
    if (colon > 0) put(first.slice(0, colon), first.slice(colon + 1).trim());
  }
  function put(label: string, value: string | undefined): void {
    const name = label.trim().toLowerCase();
    if (value !== undefined && name.length > 0 && name.length <= 60 && !values.has(name))
      values.set(name, value);
  }
  return (label) => values.get(label.toLowerCase()) ?? null;
}

/** The first of these whose pattern is found whole. */
export function statusIn(
  text: string,
  patterns: readonly (readonly [RegExp, InboundStatus])[],
): InboundStatus | null {
  return patterns.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** A count that stands alone, such as `Failure count: 0`. */
export function countOf(text: string | null | undefined): number | null {
  const number = numberOf(text);
  return number !== null && Number.isSafeInteger(number) ? number : null;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp]\.?[Mm]\.?)?`;
const MONTH = String.raw`([A-Za-z]{3})[a-z]*\.?`;
const FORMS: readonly (readonly [RegExp, readonly ('y' | 'm' | 'd')[]])[] = [
  [new RegExp(String.raw`(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+${CLOCK}`), ['y', 'm', 'd']],
  [new RegExp(String.raw`\b(\d{1,2})[ -]${MONTH}[ -](\d{4})[ ,]+${CLOCK}`), ['d', 'm', 'y']],
  [new RegExp(String.raw`\b${MONTH} (\d{1,2}),? (\d{4})[ ,]+${CLOCK}`), ['m', 'd', 'y']],
];
const SLASHED = new RegExp(String.raw`\b(\d{1,2})/(\d{1,2})/(\d{4})[ ,]+${CLOCK}`);

/**
 * The first date with a time in a text, as it stands there: `YYYY-MM-DDTHH:MM:SS` without a zone. A date with slashes counts only where
 * nothing else can be meant: one number is above 12, or the clock has twelve hours and `isAmerican` says that the product writes so.
 */
export function localTimeIn(text: string | null | undefined, { isAmerican = false } = {}): string | null {
  const given = (text ?? '').slice(0, 200);
  for (const [form, order] of FORMS) {
    const found = form.exec(given);
    if (found) return assembled(order, found.slice(1, 4), found.slice(4));
  }
  const [, first = '', second = '', year = '', ...clock] = SLASHED.exec(given) ?? [];
  if (year === '') return null;
  const isMonthFirst = Number(second) > 12 || (isAmerican && clock[3] !== undefined);
  const isDayFirst = Number(first) > 12;
  if (isMonthFirst === isDayFirst) return null;
  return assembled(isMonthFirst ? ['m', 'd', 'y'] : ['d', 'm', 'y'], [first, second, year], clock);
}

const two = (value: number | string): string => String(value).padStart(2, '0');

function assembled(
  order: readonly ('y' | 'm' | 'd')[],
  parts: readonly string[],
  [hour = '', minute = '', second = '00', half]: readonly (string | undefined)[],
): string | null {
  const of = (what: 'y' | 'm' | 'd'): string => parts[order.indexOf(what)] ?? '';
  const named = MONTHS.indexOf(of('m').toLowerCase());
  const month = named >= 0 ? named + 1 : Number(of('m'));
  const isAfternoon = half?.toLowerCase().startsWith('p');
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (isAfternoon ? 12 : 0);
  const local = `${of('y')}-${two(month)}-${two(of('d'))}T${two(hours)}:${minute}:${second}`;
  // 30 February is no day
  const read = new Date(`${local}Z`);
  return Number.isNaN(read.getTime()) || !read.toISOString().startsWith(local) ? null : local;
}

/** A line of a message for people to read; control characters are gone. */
export function lineOf(text: string | null | undefined, most = 300): string | null {
  // oxlint-disable-next-line no-control-regex
  const line = (text ?? '').replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line === '' ? null : line.slice(0, most);
}

/** An object without what is null: a fact that a message does not tell is not there. That it has no status is told. */
export function told<T extends Record<string, unknown>>(
  facts: T,
): { [K in keyof T]: K extends 'status' ? T[K] : Exclude<T[K], null> } {
  const kept = Object.entries(facts).filter(
    ([name, value]) => name === 'status' || (value !== null && value !== undefined),
  );
  return Object.fromEntries(kept) as ReturnType<typeof told<T>>;
}

export { bytesOf, secondsOf };
