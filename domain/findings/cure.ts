import { CLAUSES, type Clause } from '../frameworks/clauses';
import { changeText } from '../protection/sentence';
import type { Verdict } from '../protection/verdict';
import { CATALOGUE, type FindingRule } from './catalogue';

/** What cures a cause, in plain words. */
export interface Cure {
  /** Sentences, best first. */
  readonly steps: readonly string[];
  /** Completes 'Closes by itself when'. */
  readonly closesWhen: string;
}

const STEPS_MAX = 3;

/**
 * The cure of a cause that shows as `leading`, the rule that tells most: of one that a verdict's changes cure, those (its smallest, then others that
 * would do by themselves); of any other, the catalogue's. `verdict` null: of the data set nothing is known now.
 */
export function cureOf(
  leading: FindingRule,
  verdict: Pick<Verdict, 'smallestChange' | 'tried'> | null,
): Cure {
  const { cure, closesWhen } = CATALOGUE[leading];
  const changes =
    verdict === null ? [] : [verdict.smallestChange, ...verdict.tried.filter((one) => one.isSufficient)];
  const steps = changes.flatMap((change) => (change === null ? [] : [`${changeText(change)}.`]));
  return {
    steps: steps.length === 0 ? [cure] : [...new Set(steps)].slice(0, STEPS_MAX),
    closesWhen,
  };
}

/** The clauses that some findings touch, those of one framework together, each once. */
export function clausesOf(rules: readonly FindingRule[]): Clause[] {
  const ids = new Set(rules.flatMap((rule) => CATALOGUE[rule].touches));
  return [...ids].map((id) => CLAUSES[id]).toSorted((a, b) => (a.framework < b.framework ? -1 : 1));
}
