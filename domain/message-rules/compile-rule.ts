import { z } from 'zod';
import {
  CAPTURES,
  endingsOf,
  type JsonRule,
  jsonRule,
  type RuleDefinition,
  type RuleSign,
  RULE_STATUSES,
  type TextCapture,
  textRule,
} from './message-rule';
import { compilePattern, patternProblem } from './pattern';
import type { RuleReading } from './reading';
import { readJsonBy } from './read-json-by';
import { readTextBy, type SearchedText } from './read-text-by';

/** A rule with its bounds and patterns checked; problems name their field. */
export const ruleDefinition = z
  .discriminatedUnion('kind', [textRule, jsonRule])
  .superRefine((rule, context) => {
    if (endingsOf(rule).length === 0)
      context.addIssue({
        code: 'custom',
        path: ['endings'],
        message: 'Say at least one thing that tells how a run ended.',
      });
    if (rule.kind === 'json') return;
    for (const [path, { by, find }] of patternsOf(rule)) {
      const problem = by === 'pattern' ? patternProblem(find) : null;
      if (problem !== null) context.addIssue({ code: 'custom', path: [...path, 'find'], message: problem });
    }
  });

type Placed = readonly [path: (string | number)[], found: RuleSign | TextCapture];

function patternsOf(rule: Extract<RuleDefinition, { kind: 'text' }>): Placed[] {
  const signs = (['holds', ...RULE_STATUSES] as const).flatMap((name) =>
    rule[name].map((sign, index): Placed => [[name, index], sign]),
  );
  const captures = CAPTURES.flatMap((name): Placed[] => {
    const capture = rule.captures[name];
    return capture === null ? [] : [[['captures', name], capture]];
  });
  return [...signs, ...captures];
}

/** A rule that can be asked, as often as one likes. Pure; any message may come, and none takes longer than its length. */
export type CompiledRule =
  | { readonly kind: 'text'; readonly read: (text: SearchedText) => RuleReading }
  | { readonly kind: 'json'; readonly read: (json: unknown) => RuleReading };

/** @throws Error where a pattern is none: parse with `ruleDefinition` first */
export function compileRule(rule: RuleDefinition): CompiledRule {
  return rule.kind === 'json' ? compiledJson(rule) : { kind: 'text', read: readTextBy(rule, compilePattern) };
}

function compiledJson(rule: JsonRule): CompiledRule {
  return { kind: 'json', read: (json) => readJsonBy(rule, json) };
}
