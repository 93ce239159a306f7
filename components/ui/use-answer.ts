import { useEffect, useState } from 'react';

/** While somebody types, the question waits for a pause. */
const QUIET_MS = 120;

export type Answer<T> =
  | { readonly state: 'waiting' }
  | { readonly state: 'ready'; readonly answer: T }
  | { readonly state: 'refused'; readonly askAgain: () => void };

/**
 * What a GET route of ours answers at an address, of which nothing is told while another one is asked (null: none); `Content` is
 * what that route answers with. An answer that is overtaken is dropped.
 */
export function useAnswer<Content>(address: string | null): Answer<Content> {
  const [attempt, setAttempt] = useState(0);
  const [newest, setNewest] = useState<{ asked: string; content: Content | null } | null>(null);
  const asked = `${attempt} ${address}`;
  useEffect(() => {
    if (address === null) return;
    const overtaken = new AbortController();
    const timer = setTimeout(() => {
      void ask<Content>(address, overtaken.signal).then((content) => {
        if (!overtaken.signal.aborted) setNewest({ asked, content });
      });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      overtaken.abort();
    };
  }, [address, asked]);
  if (newest?.asked !== asked) return { state: 'waiting' };
  if (newest.content === null)
    return { state: 'refused', askAgain: () => setAttempt((former) => former + 1) };
  return { state: 'ready', answer: newest.content };
}

/** null: no answer, or a refusal. */
async function ask<Content>(address: string, signal: AbortSignal): Promise<Content | null> {
  try {
    const response = await fetch(address, { signal });
    // A route's own answers are ours to know.
    return response.ok ? ((await response.json()) as Content) : null;
  } catch {
    return null;
  }
}
