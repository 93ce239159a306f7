'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type Refusal, sendJson } from '../forms/send-json';
import { Button } from '../ui/button';

/** Asks the provider at once, and says what it answered. */
export function TestButton() {
  const router = useRouter();
  const [isBusy, setIsBusy] = useState(false);
  const [said, setSaid] = useState<{ problem: string | null } | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function test() {
    setIsBusy(true);
    const sent = await sendJson<{ problem: string | null }>('POST', '/api/v1/single-sign-on/tests');
    setIsBusy(false);
    setSaid(sent.isOk ? sent.answer : null);
    setRefusal(sent.isOk ? null : sent.refusal);
    router.refresh();
  }

  const problem = refusal?.sentence ?? said?.problem ?? null;
  return (
    <>
      <Button disabled={isBusy} onClick={() => void test()}>
        {isBusy ? 'Asking the provider …' : 'Test the connection'}
      </Button>
      <output className={`text-13 basis-full empty:hidden ${problem === null ? 'text-ok' : 'text-bad'}`}>
        {problem ??
          (said && 'The provider answers, publishes its keys, and accepts the client ID and secret.')}
      </output>
    </>
  );
}
