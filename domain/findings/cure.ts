import { changeText } from '../protection/sentence';
import type { Verdict } from '../protection/verdict';

/** What cures a cause, in plain words. */
export interface Cure {
  /** What to do, best first; empty: nothing single would do. */
  readonly steps: readonly string[];
  /** Completes 'Closes by itself when'. */
  readonly closesWhen: string;
}

const STEPS_MAX = 3;

/**
 * The cure of a cause, from the verdict of the data set whose finding tells most: its smallest change, then others that would do by
 * themselves. null: there is no such verdict.
 */
export function cureOf(verdict: Pick<Verdict, 'smallestChange' | 'tried'> | null): Cure {
  const changes =
    verdict === null ? [] : [verdict.smallestChange, ...verdict.tried.filter((one) => one.isSufficient)];
  const steps = changes.flatMap((change) => (change === null ? [] : [changeText(change)]));
  return {
    steps: [...new Set(steps)].slice(0, STEPS_MAX),
    closesWhen: 'none of its findings holds any more',
  };
}
