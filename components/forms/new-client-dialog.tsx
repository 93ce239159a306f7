'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button, type ButtonKind } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useOpenedByAddress } from '../ui/use-opened-by-address';
import { FormField } from './form-field';
import { type Refusal, sendJson } from './send-json';
import { SelectField } from './select-field';
import { SubmitButton } from './submit-button';

interface Props {
  timeZones: readonly string[];
  /** Preset: the MSP's own. */
  timeZone: string;
  kind?: ButtonKind;
  /** Where to go then; left out: to the page of the client. */
  next?: string;
}

/** Makes a client and goes to its page, where its first machine is connected. */
export function NewClientDialog({ timeZones, timeZone, kind = 'plain', next }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useOpenedByAddress('add-client', () => setIsOpen(true));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = Object.fromEntries(new FormData(event.currentTarget));
    const sent = await sendJson<{ clientId: string }>('POST', '/api/v1/clients', form);
    setIsBusy(false);
    if (!sent.isOk) {
      setRefusal(sent.refusal);
      return;
    }
    setIsOpen(false);
    router.push(next ?? `/clients/${sent.answer.clientId}`);
    if (next !== undefined) router.refresh();
  }

  return (
    <FormDialog
      title="Add a client"
      description="A company that you look after. Its machines are connected on its page."
      trigger={
        <Button kind={kind}>
          <Plus size={14} aria-hidden="true" /> Add a client
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        {refusal && Object.keys(refusal.fields).length === 0 && (
          <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
            {refusal.sentence}
          </p>
        )}
        <FormField
          label="Name"
          name="name"
          autoComplete="off"
          required
          maxLength={200}
          error={refusal?.fields['name']}
        />
        <SelectField
          label="Time zone"
          help="Its days and times are told in this zone."
          name="timeZone"
          defaultValue={timeZone}
          error={refusal?.fields['timeZone']}
        >
          {timeZones.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </SelectField>
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Add client</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
