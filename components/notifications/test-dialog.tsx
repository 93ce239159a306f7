'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { type Outcome, OutcomeMark } from './outcome';
import { PROBLEM_WORDS } from './notification-words';

const ASK_EVERY_MS = 700;
/** An attempt lasts ten seconds at most, by mail a minute. */
const ASK_MS_MAX = 75_000;

/** Has the worker send a test, and shows what the receiver really answered. */
export function TestDialog({
  channelId,
  name,
  description = 'It says that nothing is wrong, and goes out once.',
}: {
  channelId: string;
  name: string;
  description?: string;
}) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isLate, setIsLate] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function send() {
    const address = `/api/v1/notification-channels/${channelId}/tests`;
    const sent = await sendJson<{ notificationId: string }>('POST', address);
    if (!sent.isOk) return setRefusal(sent.refusal);
    const found = await outcomeOf(sent.answer.notificationId);
    setOutcome(found);
    setIsLate(found === null);
  }

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setOutcome(null);
    setIsLate(false);
    setRefusal(null);
    if (isNowOpen) void send();
    else router.refresh();
  }

  return (
    <FormDialog
      title={`A test to ${name}`}
      description={description}
      trigger={
        <Button kind="quiet" className="h-7 px-2" aria-label={`Send a test to ${name}`}>
          Send a test
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={open}
    >
      <FormProblem refusal={refusal} />
      <output className="text-13 block">
        {outcome === null && !refusal && !isLate && <span className="text-ink-2">Sending …</span>}
        {isLate && <span className="text-ink-2">No answer yet. The list of notifications tells later.</span>}
        {outcome && <Answer outcome={outcome} />}
      </output>
    </FormDialog>
  );
}

function Answer({ outcome }: { outcome: Outcome }) {
  const { problem, httpStatus, tookMs, serverAnswer } = outcome;
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-3">
        <OutcomeMark outcome={outcome} />
        <span className="text-ink-2 tabular-nums">
          {[httpStatus !== null && `HTTP ${httpStatus}`, tookMs !== null && `${tookMs} ms`]
            .filter((one) => one !== false)
            .join(', ')}
        </span>
      </p>
      {problem !== null && <p>{PROBLEM_WORDS[problem]}</p>}
      {serverAnswer !== null && (
        <div>
          <p className="text-ink-3 text-xs">The receiver says</p>
          <pre
            tabIndex={0}
            aria-label="The receiver’s answer"
            className="border-line bg-bg-2 mt-1 max-h-48 overflow-auto rounded-md border p-2 text-xs [overflow-wrap:anywhere] whitespace-pre-wrap"
          >
            {serverAnswer}
          </pre>
        </div>
      )}
    </div>
  );
}

/** Asks until it is over; null: it is not yet. */
async function outcomeOf(notificationId: string): Promise<Outcome | null> {
  const endAt = performance.now() + ASK_MS_MAX;
  while (performance.now() < endAt) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    const response = await fetch(`/api/v1/notifications/${notificationId}`).catch(() => null);
    if (!response?.ok) continue;
    // The route's own answer.
    const found = (await response.json()) as Outcome;
    if (found.state !== 'waiting') return found;
  }
  return null;
}
