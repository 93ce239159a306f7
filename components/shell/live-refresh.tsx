'use client';

import { useRouter } from 'next/navigation';
import { startTransition, useEffect, useState } from 'react';
import type { Instant } from '@/domain/time/instant';

interface Props {
  /** Of what is shown: of all clients (null) or of one. */
  clientId: string | null;
  /** What `/api/v1/change-mark` said when the page was made. */
  mark: string;
  /** When the page was made. */
  at: Instant;
  timeZone: string;
}

const ASK_EVERY_MS = 30_000;
/** Ages and deadlines on the page move though nothing happens. */
const AGE_MAX_MS = 5 * 60_000;

/**
 * Keeps an open page true: asks whether it would look different by now, and has it made anew only then. Place, focus and open
 * rows stay. It waits while nobody looks, a dialog is open or text is selected.
 */
export function LiveRefresh({ clientId, mark, at, timeZone }: Props) {
  const router = useRouter();
  const [isCutOff, setIsCutOff] = useState(false);
  useEffect(() => {
    const refresh = async (): Promise<void> => {
      if (!mayDisturb()) return;
      const newest = await askMark(clientId);
      setIsCutOff(newest === null);
      const isOld = newest !== mark || Date.now() - at > AGE_MAX_MS;
      // Asked again: in the meantime somebody may have begun to type.
      if (newest !== null && isOld && mayDisturb()) startTransition(() => router.refresh());
    };
    const onTurn = (): void => void refresh();
    const timer = setInterval(onTurn, ASK_EVERY_MS);
    document.addEventListener('visibilitychange', onTurn);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onTurn);
    };
  }, [router, clientId, mark, at]);
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(at);
  return (
    <aside
      aria-label="How old this page is"
      className="text-ink-3 pointer-events-none h-0 px-4 text-right text-xs lg:px-6"
    >
      <span className="relative top-0.5" title={timeZone}>
        {isCutOff ? `Holdfast does not answer: as of ${time}` : `updated ${time}`}
      </span>
    </aside>
  );
}

function mayDisturb(): boolean {
  return (
    document.visibilityState === 'visible' &&
    !document.querySelector('[data-covers-page]') &&
    (document.getSelection()?.isCollapsed ?? true)
  );
}

/** null: no answer, or nobody is signed in any more. */
async function askMark(clientId: string | null): Promise<string | null> {
  try {
    const response = await fetch(`/api/v1/change-mark${clientId === null ? '' : `?client=${clientId}`}`);
    if (!response.ok) return null;
    // A route's own answers are ours to know.
    return ((await response.json()) as { mark: string }).mark;
  } catch {
    return null;
  }
}
