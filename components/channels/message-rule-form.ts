import {
  type CaptureName,
  CAPTURES,
  endingsOf,
  type JsonRule,
  type RuleDefinition,
  type RuleSign,
  type RuleStatus,
  type TextRule,
} from '@/domain/message-rules/message-rule';
import { captureOf, type Selected, signOf } from '@/domain/message-rules/suggest';

/** What somebody points at in a message. */
export type Pointed =
  | { readonly kind: 'text'; readonly selected: Selected }
  | { readonly kind: 'json'; readonly pointer: string; readonly value: string };

/** What is pointed at, in words; '': nothing. */
export function pointedText(pointed: Pointed): string {
  if (pointed.kind === 'json') return `${pointed.pointer} = ${pointed.value}`;
  const { text, start, end } = pointed.selected;
  return text.slice(start, end).replaceAll(/\s+/g, ' ').trim();
}

const NOTHING_TAKEN = {
  job: null,
  host: null,
  started: null,
  ended: null,
  duration: null,
  bytes: null,
  reason: null,
} as const satisfies Record<CaptureName, null>;

/** A rule that says nothing yet, of a message's sort. */
export function emptyRule(kind: RuleDefinition['kind'], from: string | null): RuleDefinition {
  const shared = { captures: { ...NOTHING_TAKEN }, timeZone: null };
  return kind === 'json'
    ? { kind, holds: [], outcomes: [], ...shared }
    : { kind, from, holds: [], failed: [], warning: [], success: [], ...shared };
}

/** What can be said of something that is pointed at. */
export type Meaning = RuleStatus | 'holds' | 'equals' | CaptureName;

/** The rule once it says that what is pointed at means so; the same rule where that cannot be said. */
export function withMeaning(rule: RuleDefinition, pointed: Pointed, meaning: Meaning): RuleDefinition {
  if (rule.kind === 'json') return pointed.kind === 'json' ? jsonWith(rule, pointed, meaning) : rule;
  return pointed.kind === 'text' ? textWith(rule, pointed.selected, meaning) : rule;
}

function textWith(rule: TextRule, selected: Selected, meaning: Meaning): TextRule {
  if (isCapture(meaning)) {
    const capture = captureOf(selected);
    return capture ? { ...rule, captures: { ...rule.captures, [meaning]: capture } } : rule;
  }
  const sign = signOf(selected);
  const list = meaning === 'equals' ? 'holds' : meaning;
  const isThere = sign === null || rule[list].some((one) => isSame(one, sign));
  return isThere ? rule : { ...rule, [list]: [...rule[list], sign] };
}

const isSame = (a: RuleSign, b: RuleSign): boolean => a.in === b.in && a.by === b.by && a.find === b.find;

function jsonWith(
  rule: JsonRule,
  { pointer, value }: { pointer: string; value: string },
  meaning: Meaning,
): JsonRule {
  if (isCapture(meaning)) return { ...rule, captures: { ...rule.captures, [meaning]: pointer } };
  if (meaning === 'holds' || meaning === 'equals') {
    const others = rule.holds.filter((one) => one.pointer !== pointer);
    return { ...rule, holds: [...others, { pointer, equals: meaning === 'equals' ? value : null }] };
  }
  const others = rule.outcomes.filter((one) => one.pointer !== pointer || one.value !== value);
  return { ...rule, outcomes: [...others, { pointer, value, means: meaning }] };
}

function isCapture(meaning: Meaning): meaning is CaptureName {
  return (CAPTURES as readonly string[]).includes(meaning);
}

/** The rule without fields that are still empty: what is sent. */
export function writtenRule(rule: RuleDefinition): RuleDefinition {
  if (rule.kind === 'json')
    return {
      ...rule,
      holds: rule.holds.filter(({ pointer }) => pointer.trim() !== ''),
      outcomes: rule.outcomes.filter(({ pointer }) => pointer.trim() !== ''),
      captures: { ...rule.captures, ...withoutEmpty(rule.captures, (pointer) => pointer.trim() === '') },
    };
  return {
    ...rule,
    from: rule.from?.trim() || null,
    holds: written(rule.holds),
    failed: written(rule.failed),
    warning: written(rule.warning),
    success: written(rule.success),
    captures: { ...rule.captures, ...withoutEmpty(rule.captures, ({ find }) => find.trim() === '') },
  };
}

const written = (signs: readonly RuleSign[]): RuleSign[] => signs.filter(({ find }) => find.trim() !== '');

function withoutEmpty<Capture>(
  captures: Readonly<Record<CaptureName, Capture | null>>,
  isEmpty: (capture: Capture) => boolean,
): Partial<Record<CaptureName, null>> {
  const empty = CAPTURES.filter((name) => {
    const capture = captures[name];
    return capture !== null && isEmpty(capture);
  });
  return Object.fromEntries(empty.map((name) => [name, null]));
}

/** Why a rule cannot be asked yet; null: it can. */
export function missingIn(rule: RuleDefinition): string | null {
  return endingsOf(writtenRule(rule)).length === 0
    ? 'Say first what in it tells how the run ended: point at the words, then choose Failure, Warning or Success.'
    : null;
}

/** What a rule that leaves an ending out means, in a sentence; null: it tells both failures and successes. */
export function leftOutText(rule: RuleDefinition): string | null {
  const endings = endingsOf(writtenRule(rule));
  if (endings.length === 0) return null;
  if (!endings.includes('failed'))
    return 'It has no sign of a failure: a message of a failed run stays aside and reads as unknown, unless it also says what you named as a success. Look at a message of a failed run before you rely on it.';
  if (!endings.includes('success'))
    return 'It has no sign of a success: only failures and warnings are read, and a good run stays unknown.';
  return null;
}

type RuleList = 'holds' | 'outcomes' | RuleStatus;

/** What was refused of a row, which counts the rows that are still empty; only the others were sent. */
export function problemAt(
  fields: Readonly<Record<string, string>>,
  rule: RuleDefinition,
  list: RuleList,
  index: number,
): string | undefined {
  const place = rowTexts(rule, list)
    .slice(0, index)
    .filter((text) => text.trim() !== '').length;
  const prefix = `definition.${list}.${place}`;
  return Object.entries(fields).find(([field]) => field === prefix || field.startsWith(`${prefix}.`))?.[1];
}

function rowTexts(rule: RuleDefinition, list: RuleList): string[] {
  if (rule.kind === 'text') return list === 'outcomes' ? [] : rule[list].map(({ find }) => find);
  return list === 'holds' || list === 'outcomes' ? rule[list].map(({ pointer }) => pointer) : [];
}
