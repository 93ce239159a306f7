'use client';

import { useState } from 'react';
import type { TriedWay } from '@/domain/connect/ways';
import { Mark } from '../backup/status-mark';
import { sendJson } from '../forms/send-json';
import { Button } from '../ui/button';

interface Answer {
  readonly outcome: 'reached' | 'other' | 'unreachable';
  readonly httpStatus: number | null;
  readonly tookMs: number;
}

/** Asks a way in from the server through its public address, and says who answered. */
export function WayTest({ way, name }: { way: TriedWay; name: string }) {
  const [isBusy, setIsBusy] = useState(false);
  const [answer, setAnswer] = useState<Answer | string | null>(null);

  async function ask() {
    setIsBusy(true);
    const sent = await sendJson<Answer>('POST', '/api/v1/inbound-tests', { way });
    setIsBusy(false);
    setAnswer(sent.isOk ? sent.answer : sent.refusal.sentence);
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button disabled={isBusy} onClick={() => void ask()} aria-label={`Test: ${name}`}>
        {isBusy ? 'Asking …' : 'Test'}
      </Button>
      <output className="text-13">
        {typeof answer === 'string' && answer}
        {answer !== null && typeof answer !== 'string' && <Outcome answer={answer} />}
      </output>
    </div>
  );
}

function Outcome({ answer: { outcome, httpStatus, tookMs } }: { answer: Answer }) {
  switch (outcome) {
    case 'reached':
      return <Mark tone="ok">Our ingestion answered in {tookMs} ms</Mark>;
    case 'other':
      return <Mark tone="bad">Something else answered, with HTTP {httpStatus}: look at the proxy</Mark>;
    case 'unreachable':
      return <Mark tone="bad">Nobody answered: look at the name, the certificate and the proxy</Mark>;
  }
}
