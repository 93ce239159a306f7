'use client';

import { Send } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { MailProblem } from '@/domain/mail/mail-problem';
import { Mark } from '../backup/status-mark';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { MAIL_PROBLEM_WORDS } from '../people/mail-words';
import { Button } from '../ui/button';

/** What became of a test. */
export interface MailTestState {
  readonly createdAt: string;
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly sentVia: 'smtp' | 'folder' | null;
  readonly problem: MailProblem | null;
  readonly serverAnswer: string | null;
}

const ADDRESS = '/api/v1/mail-tests';
const ASK_EVERY_MS = 700;
/** An attempt lasts a minute at most. */
const ASK_MS_MAX = 75_000;

/** Sends a mail to who asks, and shows what the mail server really answered. `last`: what became of the newest test; null: none yet. */
export function MailTest({ email, last }: { email: string; last: MailTestState | null }) {
  const router = useRouter();
  const [isBusy, setIsBusy] = useState(false);
  const [newest, setNewest] = useState(last);
  const [isLate, setIsLate] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function send() {
    setIsBusy(true);
    setIsLate(false);
    setRefusal(null);
    const sent = await sendJson('POST', ADDRESS);
    if (sent.isOk) {
      const found = await testAfter(newest?.createdAt ?? '');
      setIsLate(found === null);
      if (found) setNewest(found);
      router.refresh();
    } else setRefusal(sent.refusal);
    setIsBusy(false);
  }

  return (
    <>
      <FormProblem refusal={refusal} />
      <output className="block">
        {isBusy && 'Sending …'}
        {!isBusy && isLate && 'No answer yet. Come back later: it stands here then.'}
        {!isBusy && !isLate && newest && <Outcome test={newest} email={email} />}
      </output>
      <Button disabled={isBusy} onClick={() => void send()}>
        <Send size={14} aria-hidden="true" /> Send a test to {email}
      </Button>
    </>
  );
}

function Outcome({ test, email }: { test: MailTestState; email: string }) {
  const { state, sentVia, problem, serverAnswer } = test;
  if (state === 'waiting') return 'The last test still waits to be sent.';
  if (state === 'failed')
    return (
      <span className="flex flex-col items-start gap-1">
        <Mark tone="bad">Not sent</Mark>
        {problem !== null && MAIL_PROBLEM_WORDS[problem]}
        <Said answer={serverAnswer} />
      </span>
    );
  if (sentVia === 'folder')
    return (
      <span className="flex flex-col items-start gap-1">
        <Mark tone="risk">In a file</Mark>
        No mail server is set: the mail lies in the folder mail-outbox where Holdfast runs, and nobody gets
        it.
      </span>
    );
  return (
    <span className="flex flex-col items-start gap-1">
      <Mark tone="ok">The mail server took it</Mark>
      Whether it arrives, only {email} can tell.
      <Said answer={serverAnswer} />
    </span>
  );
}

function Said({ answer }: { answer: string | null }) {
  if (answer === null) return null;
  return (
    <span className="[overflow-wrap:anywhere]">
      The mail server says: <code>{answer}</code>
    </span>
  );
}

/** The first test after an instant, once it is over; null: it is not yet. */
async function testAfter(createdAt: string): Promise<MailTestState | null> {
  const endAt = performance.now() + ASK_MS_MAX;
  while (performance.now() < endAt) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    const response = await fetch(ADDRESS).catch(() => null);
    if (!response?.ok) continue;
    // The route's own answer.
    const { test } = (await response.json()) as { test: MailTestState | null };
    if (test && test.createdAt > createdAt && test.state !== 'waiting') return test;
  }
  return null;
}
