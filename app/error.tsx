'use client';

import { BrokenPage } from '@/components/shell/broken-page';

/** Where no shell stands around the page. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return <BrokenPage digest={error.digest ?? null} onRetry={reset} />;
}
