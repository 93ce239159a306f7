'use client';

import { BrokenPage } from '@/components/shell/broken-page';

/** Where no shell stands around the page; `(msp)` shows the same within it. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return <BrokenPage digest={error.digest ?? null} onRetry={reset} />;
}
