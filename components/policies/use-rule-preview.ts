import { useEffect, useState } from 'react';
import type { PolicyPreview } from '@/domain/policy/policy-preview';
import type { RuleMatches } from '@/domain/policy/rule-preview';
import { readLines } from './read-lines';
import { BROKEN_OFF, type Preview, QUIET_MS } from './use-preview';

/** Which systems a draft of a rule is met by. `seen`: what a save has to name that does what is told here. */
export type RulePreview =
  | { readonly state: 'none' | 'running' }
  | {
      readonly state: 'ready';
      readonly matches: RuleMatches;
      readonly seen: string;
      /** How their verdicts would change. */
      readonly judged: Preview;
    }
  | { readonly state: 'failed'; readonly sentence: string; readonly askAgain: () => void };

type Line =
  | { kind: 'matches'; matches: RuleMatches; seen: string }
  | { kind: 'progress'; done: number; of: number }
  | { kind: 'preview'; preview: PolicyPreview; asOf: string };

/** What a draft of a rule (its JSON; null: there is none) would do, asked for anew when it differs; what is overtaken is dropped. */
export function useRulePreview(draft: string | null): RulePreview & { readonly askAgain: () => void } {
  const [attempt, setAttempt] = useState(0);
  const [newest, setNewest] = useState<{ asked: string; preview: RulePreview } | null>(null);
  const askAgain = () => setAttempt((former) => former + 1);
  const asked = `${attempt} ${draft}`;
  useEffect(() => {
    if (draft === null) return;
    const overtaken = new AbortController();
    const tell = (preview: RulePreview): void => {
      if (!overtaken.signal.aborted) setNewest({ asked, preview });
    };
    const again = () => setAttempt((former) => former + 1);
    const timer = setTimeout(() => {
      void readRulePreview(draft, overtaken.signal, tell)
        .catch(() => BROKEN_OFF)
        .then((refusal) => {
          if (refusal !== null) tell({ state: 'failed', sentence: refusal, askAgain: again });
        });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      overtaken.abort();
    };
  }, [draft, asked]);
  if (draft === null) return { state: 'none', askAgain };
  return { ...(newest?.asked === asked ? newest.preview : { state: 'running' }), askAgain };
}

/** Answers why it was refused, or null. @throws when the answer breaks off */
async function readRulePreview(
  draft: string,
  signal: AbortSignal,
  tell: (preview: RulePreview) => void,
): Promise<string | null> {
  let found: { matches: RuleMatches; seen: string } | null = null;
  return readLines('/api/v1/assignment-rule-previews', draft, signal, (line) => {
    // A route's own lines are ours to know.
    const step = line as Line;
    if (step.kind === 'matches') found = { matches: step.matches, seen: step.seen };
    if (found !== null) tell({ state: 'ready', ...found, judged: judgedOf(step) });
  });
}

function judgedOf(step: Line): Preview {
  switch (step.kind) {
    case 'matches':
      return { state: 'none' };
    case 'progress':
      return { state: 'running', done: step.done, of: step.of };
    case 'preview':
      return { state: 'ready', preview: step.preview, asOf: Date.parse(step.asOf) };
  }
}
