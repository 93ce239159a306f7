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
      notify({
        text: `Not withdrawn: ${label}. ${sent.refusal.sentence}`,
        tryAgain: () => void withdraw(),
      });
      return;
    }
    notify({
      text: `Withdrawn: ${label}.`,
      undo: () => void declareAgain(),
    });
    router.refresh();
  }

  async function declareAgain() {
    const sent = await sendJson('DELETE', `/api/v1/declarations/${declarationId}/withdrawal`);
    if (sent.isOk) router.refresh();
    else notify({ text: `Not undone. ${sent.refusal.sentence}`, tryAgain: () => void declareAgain() });
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
