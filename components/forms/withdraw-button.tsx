'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';
import { sendJson } from './send-json';

interface Props {
  declarationId: string;
  /** What it says, for the notice. */
  label: string;
}

/** Takes a declaration back at once; the notice can undo it. */
export function WithdrawButton({ declarationId, label }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);

  async function withdraw() {
    setIsBusy(true);
    const sent = await sendJson('DELETE', `/api/v1/declarations/${declarationId}`);
    setIsBusy(false);
    if (!sent.isOk) {
      notify({ text: sent.refusal.sentence });
      return;
    }
    notify({
      text: `Withdrawn: ${label}.`,
      undo: () => {
        void sendJson('DELETE', `/api/v1/declarations/${declarationId}/withdrawal`).then((result) => {
          if (!result.isOk) notify({ text: result.refusal.sentence });
          router.refresh();
        });
      },
    });
    router.refresh();
  }

  return (
    <Button
      kind="quiet"
      disabled={isBusy}
      onClick={() => void withdraw()}
      aria-label={`Withdraw: ${label}`}
      className="h-7 px-2"
    >
      Withdraw
    </Button>
  );
}
