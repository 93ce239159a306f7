'use client';

import { CircleDashed } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { startTransition, useEffect } from 'react';
import { counted } from '../format/amounts';

const EVERY_MS = 2500;

/** Waits for the first report, and has the page made anew when it is there, or when something else was connected. */
export function AwaitReport({ awaitedCount }: { awaitedCount: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible' || document.querySelector('[data-covers-page]')) return;
      void fetchSteps().then((steps) => {
        if (steps && (steps.hasReport || steps.awaitedCount !== awaitedCount))
          startTransition(() => router.refresh());
      });
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [router, awaitedCount]);
  return (
    <output className="flex items-center gap-2">
      <CircleDashed size={14} aria-hidden="true" className="flex-none" />
      {awaitedCount === 0
        ? 'Nothing is connected yet.'
        : `${counted(awaitedCount, 'connection')} made; the first report comes with the next backup.`}
    </output>
  );
}

/** null: no answer now; the next try may have one. */
async function fetchSteps(): Promise<{ hasReport: boolean; awaitedCount: number } | null> {
  try {
    const response = await fetch('/api/v1/first-steps');
    // The route's own answer.
    return response.ok ? ((await response.json()) as { hasReport: boolean; awaitedCount: number }) : null;
  } catch {
    return null;
  }
}
