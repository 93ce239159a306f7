'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { sendJson } from '../forms/send-json';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';

/** Takes the newest list of a client back: the one before holds again. */
export function UndoImportButton({ importId, clientName }: { importId: string; clientName: string }) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);

  async function undo() {
    setIsBusy(true);
    const sent = await sendJson('DELETE', `/api/v1/inventory-imports/${importId}`);
    setIsBusy(false);
    notify({
      text: sent.isOk
        ? `The newest inventory of ${clientName} is undone; the one before holds again.`
        : sent.refusal.sentence,
    });
    router.refresh();
  }

  return (
    <Button
      kind="quiet"
      disabled={isBusy}
      onClick={() => void undo()}
      aria-label={`Undo the import for ${clientName}`}
      className="h-7 px-2"
    >
      Undo import
    </Button>
  );
}
