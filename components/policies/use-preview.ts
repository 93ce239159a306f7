import { useEffect, useState } from 'react';
import type { PolicyPreview } from '@/domain/policy/policy-preview';
import { readLines } from './read-lines';

export type Preview =
  | { readonly state: 'none' }
  /** In systems; `of` 0: not known yet. */
  | { readonly state: 'running'; readonly done: number; readonly of: number }
  | { readonly state: 'ready'; readonly preview: PolicyPreview; readonly asOf: number }
  | { readonly state: 'failed'; readonly sentence: string; readonly askAgain: () => void };

/** While somebody types, the question waits for a pause. */
export const QUIET_MS = 500;
export const BROKEN_OFF = 'The preview broke off. Check the connection and try again.';

/** What a draft (its JSON; null: there is none) would change, asked for anew when it differs; what is overtaken is dropped. */
export function usePreview(draft: string | null): Preview {
  const [attempt, setAttempt] = useState(0);
  const [newest, setNewest] = useState<{ asked: string; preview: Preview } | null>(null);
  const asked = `${attempt} ${draft}`;
  useEffect(() => {
    if (draft === null) return;
    const overtaken = new AbortController();
    const tell = (preview: Preview): void => {
      if (!overtaken.signal.aborted) setNewest({ asked, preview });
    };
    const askAgain = () => setAttempt((former) => former + 1);
    const timer = setTimeout(() => {
      void readPreview(draft, overtaken.signal, tell, askAgain).catch(() => {
        tell({ state: 'failed', sentence: BROKEN_OFF, askAgain });
      });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      overtaken.abort();
    };
  }, [draft, asked]);
  if (draft === null) return { state: 'none' };
  return newest?.asked === asked ? newest.preview : { state: 'running', done: 0, of: 0 };
}

/** @throws when the answer breaks off before its last line */
async function readPreview(
  draft: string,
  signal: AbortSignal,
  tell: (preview: Preview) => void,
  askAgain: () => void,
): Promise<void> {
  let isWhole = false;
  const refusal = await readLines('/api/v1/policy-previews', draft, signal, (line) => {
    const step = previewOf(line);
    isWhole ||= step.state === 'ready';
    tell(step);
  });
  if (refusal !== null) tell({ state: 'failed', sentence: refusal, askAgain });
  else if (!isWhole) throw new Error('broken off');
}

/** A line of the route's answer, which is ours to know. */
function previewOf(line: unknown): Preview {
  const step = line as
    | { kind: 'progress'; done: number; of: number }
    | { kind: 'preview'; preview: PolicyPreview; asOf: string };
  if (step.kind === 'progress') return { state: 'running', done: step.done, of: step.of };
  return { state: 'ready', preview: step.preview, asOf: Date.parse(step.asOf) };
}
