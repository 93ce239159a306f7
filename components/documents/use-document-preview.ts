import { useEffect, useRef, useState } from 'react';
import type { PreviewState } from '@/domain/report/preview-subject';
import { type Refusal, sendJson } from '../forms/send-json';

const ASK_EVERY_MS = 400;
/** Longer than a preview takes while nothing else is made. */
const SLOW_MS = 15_000;
/** As long as a preview is kept. */
const GIVE_UP_MS = 30 * 60_000;

interface Progress {
  readonly state: PreviewState;
  readonly progress: number;
  readonly problem: string | null;
  readonly pages: number | null;
  readonly pictureCount: number;
}

/** What there is to see of a preview. */
export type ShownPreview =
  | { readonly state: 'none' }
  | { readonly state: 'making'; readonly progress: number; readonly isSlow: boolean }
  | {
      readonly state: 'ready';
      readonly previewId: string;
      readonly pages: number;
      readonly pictureCount: number;
    }
  | { readonly state: 'failed'; readonly sentence: string };

/**
 * Has previews made and follows them. One that is overtaken by another, or whose screen is left, is dropped. `refusal`: why the newest one was not
 * taken, by field.
 */
export function useDocumentPreview() {
  const [shown, setShown] = useState<ShownPreview>({ state: 'none' });
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const newest = useRef(new AbortController());
  useEffect(() => () => newest.current.abort(), []);

  async function ask(body: object): Promise<void> {
    newest.current.abort();
    const own = new AbortController();
    newest.current = own;
    const show = (next: ShownPreview): void => {
      if (!own.signal.aborted) setShown(next);
    };
    setRefusal(null);
    show({ state: 'making', progress: 0, isSlow: false });
    const sent = await sendJson<{ previewId: string }>('POST', '/api/v1/document-previews', body);
    if (own.signal.aborted) return;
    if (!sent.isOk) {
      setRefusal(sent.refusal);
      show({ state: 'failed', sentence: sentenceOf(sent.refusal) });
      return;
    }
    await follow(sent.answer.previewId, own.signal, show);
  }

  function clear(): void {
    newest.current.abort();
    setShown({ state: 'none' });
    setRefusal(null);
  }
  return { shown, refusal, ask, clear };
}

function sentenceOf({ sentence, fields }: Refusal): string {
  return Object.values(fields)[0] ?? sentence;
}

async function follow(
  previewId: string,
  signal: AbortSignal,
  show: (next: ShownPreview) => void,
): Promise<void> {
  const begunAt = Date.now();
  while (!signal.aborted && Date.now() - begunAt < GIVE_UP_MS) {
    const answer = await progressOf(previewId);
    if (answer === 'gone') return show({ state: 'failed', sentence: 'It is gone. Ask for it again.' });
    if (answer?.state === 'failed')
      return show({ state: 'failed', sentence: answer.problem ?? 'It could not be made.' });
    if (answer?.state === 'ready') {
      const { pages, pictureCount } = answer;
      return show({ state: 'ready', previewId, pages: pages ?? pictureCount, pictureCount });
    }
    const isSlow = Date.now() - begunAt > SLOW_MS;
    show({ state: 'making', progress: answer?.progress ?? 0, isSlow });
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

/** null: no answer this time. */
async function progressOf(previewId: string): Promise<Progress | 'gone' | null> {
  try {
    const response = await fetch(`/api/v1/document-previews/${previewId}`);
    if (response.status === 404) return 'gone';
    // The route's own answer is ours to know.
    return response.ok ? ((await response.json()) as Progress) : null;
  } catch {
    return null;
  }
}
