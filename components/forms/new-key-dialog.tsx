'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { FormDialog } from '../ui/form-dialog';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

interface Props {
  /** What the key may do. */
  description: string;
  address: string;
  bodyOf: (form: FormData) => object;
  renderFields: (errors: Readonly<Record<string, string>>) => ReactNode;
}

/** Makes a key for a program, and shows it once. */
export function NewKeyDialog({ description, address, bodyOf, renderFields }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [key, setKey] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await sendJson<{ key: string }>('POST', address, bodyOf(new FormData(event.currentTarget)));
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setKey(sent.answer.key);
    router.refresh();
  }

  return (
    <FormDialog
      title={key ? 'Your key, shown this once' : 'Make a key'}
      description={
        key ? 'Keep it where the program reads its secrets. Holdfast keeps a hash of it only.' : description
      }
      trigger={<Button className="h-7 px-2">Make a key</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
        setKey(null);
      }}
    >
      {key ? (
        <div className="flex flex-col gap-3">
          <code className="border-line bg-bg-2 rounded-md border p-2.5 font-mono text-xs break-all">
            {key}
          </code>
          <CopyButton text={key} label="Copy the key" />
        </div>
      ) : (
        <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <FormProblem refusal={refusal} />
          {renderFields(refusal?.fields ?? {})}
          <div className="flex justify-end">
            <SubmitButton isBusy={isBusy}>Make the key</SubmitButton>
          </div>
        </form>
      )}
    </FormDialog>
  );
}
