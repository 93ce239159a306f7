'use client';

import { useRouter } from 'next/navigation';
import { startTransition } from 'react';
import { Button } from '../ui/button';
import { TextLink } from '../ui/text-link';

interface Props {
  /** Finds the error in the log; null: it happened in the browser. */
  digest: string | null;
  onRetry: () => void;
}

/** Instead of a page that could not be made: what still holds, and what to do. */
export function BrokenPage({ digest, onRetry }: Props) {
  const router = useRouter();
  const retry = (): void =>
    startTransition(() => {
      router.refresh();
      onRetry();
    });
  return (
    <main id="content" className="mx-auto flex min-h-[70dvh] max-w-lg flex-col justify-center gap-3 px-4">
      <h1>This page could not be made.</h1>
      <ul className="text-ink-2 list-disc space-y-1 pl-5">
        <li>Reports are still taken and kept as they arrive, and agents send again what was not taken.</li>
        <li>Backups go on: Holdfast only looks at them.</li>
        <li>What you had saved is saved. What you were typing here is not.</li>
      </ul>
      <p className="text-ink-2">
        Try again in a moment. If it stays, give your administrator
        {digest
          ? ' this number, which finds the reason in the log:'
          : ' the time and the address of this page.'}
      </p>
      {digest && <code className="text-ink-3">{digest}</code>}
      <p className="flex items-center gap-4">
        <Button kind="primary" onClick={retry}>
          Try again
        </Button>
        <TextLink href="/">Go to the fleet</TextLink>
      </p>
    </main>
  );
}
