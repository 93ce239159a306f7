import { useEffect, useState } from 'react';
import type { PolicyPreview } from '@/domain/policy/policy-preview';

export type Preview =
  | { readonly state: 'none' }
  /** In systems; `of` 0: not known yet. */
  | { readonly state: 'running'; readonly done: number; readonly of: number }
  | { readonly state: 'ready'; readonly preview: PolicyPreview; readonly asOf: number }
  | { readonly state: 'failed'; readonly sentence: string; readonly askAgain: () => void };

/** While somebody types, the question waits for a pause. */
const QUIET_MS = 500;

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
    const timer = setTimeout(() => {
      void readPreview(draft, overtaken.signal, tell).catch(() => {
        tell({
          state: 'failed',
          sentence: 'The preview broke off. Check the connection and try again.',
          askAgain: () => setAttempt((former) => former + 1),
        });
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

/** @throws when the answer breaks off before its last line, or is none of ours */
async function readPreview(
  draft: string,
  signal: AbortSignal,
  tell: (preview: Preview) => void,
): Promise<void> {
  const response = await fetch('/api/v1/policy-previews', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: draft,
    signal,
  });
  if (!response.ok || !response.body) throw new Error(`refused with ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let isWhole = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = `${rest}${value}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const step = previewOf(line);
      isWhole ||= step.state === 'ready';
      tell(step);
    }
  }
  if (!isWhole) throw new Error('broken off');
}

/** A line of the route's answer, which is ours to know. */
function previewOf(line: string): Preview {
  const step = JSON.parse(line) as
    | { kind: 'progress'; done: number; of: number }
    | { kind: 'preview'; preview: PolicyPreview; asOf: string };
  if (step.kind === 'progress') return { state: 'running', done: step.done, of: step.of };
  return { state: 'ready', preview: step.preview, asOf: Date.parse(step.asOf) };
}
