'use client';

import { LifeBuoy } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { FormDialog } from '../ui/form-dialog';
import { FormField } from './form-field';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

/** Makes new recovery codes and shows them, once. */
export function RecoveryCodesDialog({ hasSome }: { hasSome: boolean }) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const title = hasSome ? 'Make new recovery codes' : 'Make recovery codes';

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = Object.fromEntries(new FormData(event.currentTarget));
    const sent = await sendJson<{ codes: string[] }>('POST', '/api/v1/account/recovery-codes', form);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (sent.isOk) setCodes(sent.answer.codes);
  }

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setRefusal(null);
    if (codes && !isNowOpen) router.refresh();
    setCodes(null);
  }

  return (
    <FormDialog
      title={title}
      description={hasSome ? 'Those that you have stop working.' : 'They are shown once.'}
      trigger={
        <Button>
          <LifeBuoy size={14} aria-hidden="true" /> {title}
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={open}
    >
      {codes ? (
        <Codes codes={codes} />
      ) : (
        <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <FormProblem refusal={refusal} />
          <FormField
            label="Current password"
            name="currentPassword"
            type="password"
            autoComplete="current-password"
            required
            error={refusal?.fields['currentPassword']}
          />
          <div className="flex justify-end">
            <SubmitButton isBusy={isBusy}>{title}</SubmitButton>
          </div>
        </form>
      )}
    </FormDialog>
  );
}

function Codes({ codes }: { codes: readonly string[] }) {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-13 text-ink-2">Print them or keep them in a safe. They are shown only now.</p>
      <ul
        aria-label="Recovery codes"
        className="border-line bg-bg-2 grid grid-cols-2 gap-x-6 gap-y-1 rounded-lg border p-3 font-mono text-sm"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex justify-end">
        <CopyButton text={codes.join('\n')} label="Copy codes" />
      </div>
    </div>
  );
}
