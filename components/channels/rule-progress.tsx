'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { counted } from '../format/amounts';

interface Progress {
  waitingCount: number;
  readCount: number;
}

const EVERY_MS = 1500;

/** How far reading again is, once a rule was saved; asked for until nothing waits any more. */
export function RuleProgress({ messageRuleId, againCount }: { messageRuleId: string; againCount: number }) {
  const router = useRouter();
  const [progress, setProgress] = useState<Progress | null>(null);
  const isDone = progress?.waitingCount === 0;
  useEffect(() => {
    if (againCount === 0 || isDone) return;
    let isOver = false;
    const ask = async (): Promise<void> => {
      const answer = await askProgress(messageRuleId);
      if (isOver || answer === null) return;
      setProgress(answer);
      // what stands around it was made before
      if (answer.waitingCount === 0) router.refresh();
    };
    void ask();
    const timer = setInterval(() => void ask(), EVERY_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [messageRuleId, againCount, isDone, router]);
  return (
    <section aria-label="Reading again" className="border-line-2 mt-4 rounded-lg border px-4 py-3">
      <output className="text-13 block">{progressText(againCount, progress)}</output>
    </section>
  );
}

function progressText(againCount: number, progress: Progress | null): string {
  if (againCount === 0)
    return 'Saved. Nothing within its reach was put aside; it is asked of what comes from now on.';
  const again = `Saved. ${counted(againCount, 'message')} that were put aside are read again`;
  if (progress === null) return `${again} …`;
  if (progress.waitingCount > 0) return `${again}: ${progress.waitingCount} still wait …`;
  return `Saved. ${counted(againCount, 'message')} were read again; by this rule ${progress.readCount} so far.`;
}

/** null: no answer now. */
async function askProgress(messageRuleId: string): Promise<Progress | null> {
  try {
    const response = await fetch(`/api/v1/message-rules/${messageRuleId}`);
    // A route's own answers are ours to know.
    return response.ok ? ((await response.json()) as Progress) : null;
  } catch {
    return null;
  }
}
