'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';
import type { TestAnswer } from './pull-answers';
import { TestResult } from './try-result';

/** Tests a connector that is there; a certificate that has changed can be pinned anew. */
export function TestConnector({ channelId, version }: { channelId: string; version: number }) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [answer, setAnswer] = useState<TestAnswer | null>(null);
  const address = `/api/v1/channels/${channelId}`;

  async function test() {
    setIsBusy(true);
    const sent = await sendJson<TestAnswer>('POST', `${address}/pull-tests`);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    setAnswer(sent.isOk ? sent.answer : null);
  }

  async function pin(fingerprint: string) {
    setIsBusy(true);
    const sent = await sendJson('PATCH', `${address}/pull-connector`, { version, fingerprint });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setAnswer(null);
    notify({ text: 'Only this certificate is believed from now on.' });
    router.refresh();
  }

  return (
    <>
      <Button disabled={isBusy} onClick={() => void test()}>
        {isBusy ? 'Asking …' : 'Test connection'}
      </Button>
      <div aria-live="polite" className="basis-full empty:hidden">
        <FormProblem refusal={refusal} />
        {answer && <TestResult answer={answer} onPin={(seen) => void pin(seen)} />}
      </div>
    </>
  );
}
