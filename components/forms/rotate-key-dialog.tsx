'use client';

import { KeyRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';
import { type Minted, TokenLine } from './token-line';

/** Makes a token with which an agent's machine changes its key, and waits for the first report under the new one. */
export function RotateKeyDialog({ agentId, hostname }: { agentId: string; hostname: string }) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [minted, setMinted] = useState<Minted | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setMinted(null);
    setRefusal(null);
    if (!isNowOpen) return router.refresh();
    const sent = await sendJson<Minted>('POST', `/api/v1/agents/${agentId}/key-tokens`);
    if (sent.isOk) setMinted(sent.answer);
    else setRefusal(sent.refusal);
  }

  return (
    <FormDialog
      title={`Change the key of ${hostname}`}
      description="The old key serves until the line has run, and is refused from then on. History and numbering stay."
      trigger={
        <Button>
          <KeyRound size={14} aria-hidden="true" /> Change key
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(next) => void open(next)}
    >
      <FormProblem refusal={refusal} />
      {!minted && !refusal && <output className="text-13 text-ink-2">Making a token …</output>}
      {minted && (
        <TokenLine minted={minted} option=" --again" label={`Line that changes the key of ${hostname}`} />
      )}
    </FormDialog>
  );
}
