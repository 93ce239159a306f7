'use client';

import { LogIn } from 'lucide-react';
import { useState } from 'react';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { useIsReady } from '../forms/submit-button';
import { Button } from '../ui/button';

interface Props {
  signInKey: string;
  mspName: string;
  /** A path of ours, where the sign-in leads to. */
  goTo: string;
}

/** Leads to an MSP's sign-in provider. */
export function ContinueButton({ signInKey, mspName, goTo }: Props) {
  const isReady = useIsReady();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function start() {
    setIsBusy(true);
    const sent = await sendJson<{ address: string }>('POST', '/api/v1/sign-ons', { signInKey, goTo });
    if (sent.isOk) {
      window.location.assign(sent.answer.address);
      return;
    }
    setRefusal(sent.refusal);
    setIsBusy(false);
  }

  return (
    <>
      <FormProblem refusal={refusal} />
      <Button
        kind="primary"
        disabled={!isReady || isBusy}
        onClick={() => void start()}
        className="!h-auto min-h-9 py-1.5 !text-sm !whitespace-normal"
      >
        <LogIn size={16} aria-hidden="true" className="flex-none" />
        {isBusy ? 'One moment …' : `Continue with the single sign-on of ${mspName}`}
      </Button>
    </>
  );
}
