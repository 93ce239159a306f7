'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Exclusion } from '@/domain/coverage/coverage';
import { sendJson } from '../forms/send-json';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';

interface Props {
  exclusion: Exclusion;
  clientId: string;
  name: string;
}

/** Takes an exclusion back at once; the notice can undo it, which excludes the same anew. */
export function IncludeButton({ exclusion, clientId, name }: Props) {
  const { exclusionId, ownerName, reason, validUntil } = exclusion;
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);

  async function excludeAgain() {
    const said = { name, ownerName, reason, until: new Date(validUntil).toISOString() };
    const sent = await sendJson('POST', `/api/v1/clients/${clientId}/coverage-exclusions`, said);
    if (sent.isOk) router.refresh();
    else notify({ text: `Not undone. ${sent.refusal.sentence}`, tryAgain: () => void excludeAgain() });
  }

  async function include() {
    setIsBusy(true);
    const sent = await sendJson('DELETE', `/api/v1/coverage-exclusions/${exclusionId}`);
    setIsBusy(false);
    if (!sent.isOk) {
      notify({
        text: `The exclusion of ${name} has not ended. ${sent.refusal.sentence}`,
        tryAgain: () => void include(),
      });
      return;
    }
    notify({ text: `${name} counts again.`, undo: () => void excludeAgain() });
    router.refresh();
  }

  return (
    <Button
      kind="quiet"
      disabled={isBusy}
      onClick={() => void include()}
      aria-label={`End the exclusion of ${name}`}
      className="h-7 px-2"
    >
      End exclusion
    </Button>
  );
}
