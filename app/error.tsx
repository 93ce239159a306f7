'use client';

import { Button } from '@/components/ui/button';

/** Something of ours broke while a page was made. The digest finds it in the log. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main id="content" className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-3 px-4">
      <h1>Something broke on our side.</h1>
      <p className="text-ink-2">
        Nothing was lost: reports are kept as they arrive. Try again in a moment; if it stays, tell your
        administrator this number.
      </p>
      {error.digest && <code className="text-ink-3">{error.digest}</code>}
      <p>
        <Button kind="primary" onClick={reset}>
          Try again
        </Button>
      </p>
    </main>
  );
}
