'use client';

import { useRouter } from 'next/navigation';
import { startTransition, useEffect, useSyncExternalStore } from 'react';

/** Says that the browser is offline, so that nobody takes what is on the screen for what is; once it is back, the page is made anew. */
export function OfflineLine() {
  const router = useRouter();
  const isOnline = useSyncExternalStore(listen, isOnlineNow, () => true);
  useEffect(() => {
    const onOnline = (): void => startTransition(() => router.refresh());
    window.addEventListener('online', onOnline);
    return () => window.removeEventListener('online', onOnline);
  }, [router]);
  if (isOnline) return null;
  return (
    <p role="alert" className="bg-risk-bg text-risk text-13 px-4 py-1.5 font-medium lg:px-6">
      You are offline. What is on the screen is as old as the page, and may not be so any more; what you
      change is not saved.
    </p>
  );
}

function listen(onChange: () => void): () => void {
  window.addEventListener('online', onChange);
  window.addEventListener('offline', onChange);
  return () => {
    window.removeEventListener('online', onChange);
    window.removeEventListener('offline', onChange);
  };
}

function isOnlineNow(): boolean {
  return navigator.onLine;
}
