'use client';

import { useRouter } from 'next/navigation';
import { startTransition, useEffect } from 'react';

const EVERY_MS = 2000;

/** Has the page made anew every two seconds, so that a document's progress moves; put it there only while one is being made. */
export function RefreshWhileMaking() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      const isWatched =
        document.visibilityState === 'visible' && !document.querySelector('[data-covers-page]');
      if (isWatched) startTransition(() => router.refresh());
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
