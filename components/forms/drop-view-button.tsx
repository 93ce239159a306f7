'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';
import { sendJson } from './send-json';

/** Takes a kept view away at once (`address`: the route of its screen's views); the notice can undo it. What is shown stays. */
export function DropViewButton({ address, name, query }: { address: string; name: string; query: string }) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);

  async function drop() {
    setIsBusy(true);
    const sent = await sendJson('DELETE', address, { name });
    setIsBusy(false);
    if (!sent.isOk) {
      notify({ text: sent.refusal.sentence });
      return;
    }
    notify({
      text: `No longer kept: ${name}.`,
      undo: () => {
        void sendJson('PUT', address, { name, query, formerName: null }).then((result) => {
          if (!result.isOk) notify({ text: result.refusal.sentence });
          router.refresh();
        });
      },
    });
    router.refresh();
  }

  return (
    <Button kind="quiet" disabled={isBusy} onClick={() => void drop()} className="h-7 px-2">
      Remove
    </Button>
  );
}
