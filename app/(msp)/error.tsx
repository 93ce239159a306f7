'use client';

import { BrokenPage } from '@/components/shell/broken-page';

/** Within the shell: the rest of Holdfast may well work. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return <BrokenPage digest={error.digest ?? null} onRetry={reset} />;
}
