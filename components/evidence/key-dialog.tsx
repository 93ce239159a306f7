'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { ClientChoice } from '../forms/access-fields';
import { AllOrSome, Boxes } from '../forms/choice-boxes';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { FormDialog } from '../ui/form-dialog';
import { endOfDay } from './end-of-day';

interface Props {
  clients: readonly ClientChoice[];
  /** Suggested last day, YYYY-MM-DD. */
  expiresOn: string;
}

/** Makes a key that reads evidence, and shows it once. */
export function KeyDialog({ clients, expiresOn }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [key, setKey] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = new FormData(event.currentTarget);
    const sent = await sendJson<{ key: string }>('POST', '/api/v1/api-keys', {
      name: fieldText(form, 'name'),
      clientIds: form.get('sees') === 'some' ? form.getAll('clientId') : '*',
      expiresAt: endOfDay(fieldText(form, 'expiresOn')),
    });
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
        key
          ? 'Keep it where the program reads its secrets. Holdfast keeps a hash of it only.'
          : 'It reads evidence and changes nothing.'
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
          <FormField
            label="What it is for"
            name="name"
            required
            maxLength={200}
            autoComplete="off"
            error={refusal?.fields['name']}
          />
          <AllOrSome label="Reads" name="sees" all="every client" some="some clients only" isSome={false}>
            <Boxes
              legend="Clients"
              name="clientId"
              choices={clients.map(({ clientId, name }) => ({ value: clientId, label: name }))}
              chosen={[]}
            />
            {refusal?.fields['clientIds'] && (
              <p className="text-bad text-13">{refusal.fields['clientIds']}</p>
            )}
          </AllOrSome>
          <FormField
            label="Ends after"
            name="expiresOn"
            type="date"
            defaultValue={expiresOn}
            required
            error={refusal?.fields['expiresAt']}
          />
          <div className="flex justify-end">
            <SubmitButton isBusy={isBusy}>Make the key</SubmitButton>
          </div>
        </form>
      )}
    </FormDialog>
  );
}
