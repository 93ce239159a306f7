'use client';

import { useState } from 'react';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { useIsReady } from '../forms/submit-button';
import { type Minted, TokenLine } from '../forms/token-line';
import { Button } from '../ui/button';

/** Makes the line that connects a machine's agent, and waits for its first report. */
export function AgentLine({ clientId }: { clientId: string }) {
  const isReady = useIsReady();
  const [isBusy, setIsBusy] = useState(false);
  const [minted, setMinted] = useState<Minted | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function mint() {
    setIsBusy(true);
    const sent = await sendJson<Minted>('POST', `/api/v1/clients/${clientId}/enrolment-tokens`);
    setIsBusy(false);
    setMinted(sent.isOk ? sent.answer : null);
    setRefusal(sent.isOk ? null : sent.refusal);
  }

  if (minted) return <TokenLine isNew minted={minted} label="Line that connects the machine" />;
  return (
    <div className="flex flex-col items-start gap-3">
      <FormProblem refusal={refusal} />
      <p className="text-13 text-ink-2">
        One line fetches the agent and connects the machine. It works once, within a day, and is shown only
        when it is made.
      </p>
      <Button kind="primary" disabled={!isReady || isBusy} onClick={() => void mint()}>
        {isBusy ? 'One moment …' : 'Make the line'}
      </Button>
    </div>
  );
}
