'use client';

import { type ReactNode, useSyncExternalStore } from 'react';

/**
 * Waits until the page can answer: a form that is sent earlier would be sent by the browser itself.
 */
export function SubmitButton({
  isBusy,
  isDisabled = false,
  children,
}: {
  isBusy: boolean;
  isDisabled?: boolean;
  children: ReactNode;
}) {
  const isReady = useIsReady();
  return (
    <button
      type="submit"
      disabled={!isReady || isBusy || isDisabled}
      className="bg-accent text-accent-ink h-9 rounded-md px-4 text-sm font-medium disabled:opacity-60"
    >
      {isBusy ? 'One moment …' : children}
    </button>
  );
}

/** True once the page's scripts run, false in what the server sends. */
export function useIsReady(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

function never(): () => void {
  return () => {};
}
