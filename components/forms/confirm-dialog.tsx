'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';

interface Props {
  title: string;
  /** What will come of it. */
  description: ReactNode;
  /** On the button that opens it. */
  label: string;
  /** On the button that does it. */
  confirm: string;
  method: 'POST' | 'PUT' | 'DELETE';
  address: string;
  /** Told when it is done. */
  done: string;
  /** Where to go then; left out: the page stays. */
  next?: string;
}

/** Asks before doing what cannot be undone. */
export function ConfirmDialog({ title, description, label, confirm, method, address, done, next }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setRefusal(null);
  }

  async function send() {
    setIsBusy(true);
    const sent = await sendJson(method, address);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: done });
    if (next === undefined) router.refresh();
    else router.push(next);
  }

  return (
    <FormDialog
      title={title}
      description={description}
      trigger={<Button>{label}</Button>}
      isOpen={isOpen}
      onOpenChange={open}
    >
      <FormProblem refusal={refusal} />
      <div className="mt-2 flex justify-end gap-2">
        <Button onClick={() => open(false)}>Keep it</Button>
        <Button disabled={isBusy} onClick={() => void send()} className="!border-bad !bg-bad-bg !text-bad">
          {isBusy ? 'One moment …' : confirm}
        </Button>
      </div>
    </FormDialog>
  );
}
