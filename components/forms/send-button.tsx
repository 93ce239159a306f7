'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';
import { isWorthRefreshing, type SendMethod, sendJson } from './send-json';

interface Props {
  method: SendMethod;
  address: string;
  /** What is sent; left out: nothing. */
  body?: object;
  /** Said to readers in place of the short words on the button. */
  label: string;
  /** Told when it is done. */
  done: string;
  /** What undoes it; left out: nothing does. */
  undo?: 'DELETE';
  /** Preset `quiet`, as in a table; `plain` where it is what the reader has to do. */
  kind?: 'quiet' | 'plain';
  /** Preset: as high as a row of a table. */
  className?: string;
  children: string;
}

/** Does one thing and tells so; where it can be undone offers that, and where it came to nothing to try again. */
export function SendButton({
  method,
  address,
  body,
  label,
  done,
  undo,
  kind = 'quiet',
  className = 'h-7 px-2',
  children,
}: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);

  async function send(how: Props['method'], text: string, isUndoable: boolean) {
    setIsBusy(true);
    const sent = await sendJson(how, address, body);
    setIsBusy(false);
    if (!sent.isOk)
      notify({
        text: `${label}: not done. ${sent.refusal.sentence}`,
        tryAgain: () => void send(how, text, isUndoable),
      });
    else notify(undo && isUndoable ? { text, undo: () => void send(undo, 'Undone.', false) } : { text });
    if (sent.isOk || isWorthRefreshing(sent.refusal)) router.refresh();
  }

  return (
    <Button
      kind={kind}
      disabled={isBusy}
      onClick={() => void send(method, done, true)}
      aria-label={label}
      className={className}
    >
      {children}
    </Button>
  );
}
