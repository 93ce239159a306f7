import { useEffect, useState } from 'react';
import type { BoardFailure } from '@/domain/protection/board-trust';
import { SECOND, type Instant } from '@/domain/time/instant';
import { BOARD_SHAPE, type BoardAnswer } from './board-answer';

const ASK_EVERY_MS = 15 * SECOND;
const ASK_AGAIN_MS = 5 * SECOND;
const ANSWER_MS_MAX = 10 * SECOND;

interface Board {
  /** The newest answer; null: none came yet. */
  answer: BoardAnswer | null;
  failure: BoardFailure | null;
  /** What the server's clock shows; null before the first answer. */
  now: Instant | null;
}

/** The newest answer of `/api/v1/wallboard`, asked for again and again, whatever happens. */
export function useBoard(): Board {
  const [received, setReceived] = useState<{ answer: BoardAnswer; at: number } | null>(null);
  const [failure, setFailure] = useState<BoardFailure | null>(null);
  const own = useClock();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const turn = async (): Promise<void> => {
      const said = await ask();
      if (isOver) return;
      const isAnswer = typeof said !== 'string';
      if (isAnswer && said.shape !== BOARD_SHAPE) return window.location.reload();
      if (isAnswer) setReceived({ answer: said, at: Date.now() });
      setFailure(isAnswer ? null : said);
      timer = setTimeout(() => void turn(), isAnswer ? ASK_EVERY_MS : ASK_AGAIN_MS);
    };
    void turn();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  if (received === null) return { answer: null, failure, now: null };
  // The clock of a TV is often wrong; how long ago the answer came, it knows.
  const now = received.answer.at + Math.max(0, own - received.at);
  return { answer: received.answer, failure, now };
}

async function ask(): Promise<BoardAnswer | BoardFailure> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch('/api/v1/wallboard', { cache: 'no-store', signal });
    if (response.status === 401) return 'signed-out';
    if (response.status === 403) return 'refused';
    // A route's own answers are ours to know.
    return response.ok ? ((await response.json()) as BoardAnswer) : 'no-answer';
  } catch {
    return 'no-answer';
  }
}

/** The own clock, once a second. */
function useClock(): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND);
    return () => clearInterval(timer);
  }, []);
  return now;
}
