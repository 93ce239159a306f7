import { cutText } from '../text/cut-text';
import { plainValue, valueAt } from '../text/json-pointer';
import { CAPTURES, type JsonRule, RULE_STATUSES, type RuleStatus } from './message-rule';
import type { Captured, RuleReading, Undecided } from './reading';

const CAPTURED_MAX = 500;

/**
 * What a rule makes of a JSON. A failure that any field says is one. Anything better is so only where every field that the rule names is
 * there and has a value that it names: a new word is not known, never success.
 */
export function readJsonBy(rule: JsonRule, json: unknown): RuleReading {
  if (typeof json !== 'object' || json === null) return { holds: false, because: { kind: 'other-sort' } };
  for (const { pointer, equals } of rule.holds) {
    const value = valueAt(json, pointer);
    const isHeld = value !== undefined && (equals === null || plainValue(value) === equals.trim());
    if (!isHeld) return { holds: false, because: { kind: 'not-there', find: heldText(pointer, equals) } };
  }
  const said = [...new Set(rule.outcomes.map(({ pointer }) => pointer))].map((pointer) =>
    saidIn(rule, json, pointer),
  );
  const decided = said.filter((one) => one.status !== null);
  const worst = RULE_STATUSES.flatMap((status) => decided.find((one) => one.status === status) ?? [])[0];
  const open = said.find((one) => one.status === null);
  if (worst && (worst.status === 'failed' || !open))
    return { holds: true, status: worst.status, sign: worst.sign, captured: takenFrom(rule, json) };
  return { holds: true, status: null, because: open?.because ?? { kind: 'no-sign' } };
}

const heldText = (pointer: string, equals: string | null): string =>
  equals === null ? pointer : `${pointer} = ${equals}`;

type Said =
  | { readonly status: RuleStatus; readonly sign: string }
  | { readonly status: null; readonly because: Undecided };

function saidIn({ outcomes }: JsonRule, json: unknown, pointer: string): Said {
  const found = valueAt(json, pointer);
  const value = plainValue(found);
  if (found === undefined) return { status: null, because: { kind: 'no-field', pointer } };
  const meant = outcomes.filter((one) => one.pointer === pointer && one.value.trim() === value);
  const status = RULE_STATUSES.find((one) => meant.some(({ means }) => means === one));
  if (status) return { status, sign: `${pointer} = ${value}` };
  return { status: null, because: { kind: 'unnamed-value', pointer, value: cutText(value ?? '{…}', 60) } };
}

function takenFrom({ captures }: JsonRule, json: unknown): Captured {
  const taken = CAPTURES.flatMap((name) => {
    const pointer = captures[name];
    const value = pointer === null ? null : plainValue(valueAt(json, pointer) ?? null);
    return value === null || value === '' || value === 'null'
      ? []
      : [[name, cutText(value, CAPTURED_MAX)] as const];
  });
  return Object.fromEntries(taken);
}
