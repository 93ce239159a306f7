'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';
import { sendJson } from './send-json';

/** Takes a kept view away at once; the notice can undo it. What is shown stays. */
export function DropViewButton({ name, query }: { name: string; query: string }) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);

  async function drop() {
    setIsBusy(true);
    const sent = await sendJson('DELETE', '/api/v1/fleet/views', { name });
    setIsBusy(false);
    if (!sent.isOk) {
      notify({ text: sent.refusal.sentence });
      return;
    }
    notify({
      text: `No longer kept: ${name}.`,
      undo: () => {
        void sendJson('PUT', '/api/v1/fleet/views', { name, query, formerName: null }).then((result) => {
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
