'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

interface Props {
  clients: readonly { readonly clientId: string; readonly name: string }[];
}

/** Has the report of a client's month sent each month. */
export function ScheduleDialog({ clients }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    setIsBusy(true);
    const sent = await sendJson<{ scheduleId: string }>('POST', '/api/v1/report-schedules', {
      clientId: form['clientId'],
      recipients: (form['recipients'] ?? '').split(/[\s,;]+/).filter((one) => one !== ''),
      dayOfMonth: Number(form['dayOfMonth']),
      note: form['note'] ?? '',
      days: Number(form['days']),
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: 'The report will be sent each month.' });
    router.refresh();
  }

  return (
    <FormDialog
      title="Send a report each month"
      description="The executive report of the month before, at seven in the morning of the client’s own time, once it is made. Each gets a link that ends by itself."
      trigger={<Button>Add a schedule</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <SelectField label="Client" name="clientId" error={refusal?.fields['clientId']}>
          {clients.map(({ clientId, name }) => (
            <option key={clientId} value={clientId}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextAreaField
          label="To"
          name="recipients"
          help="Addresses, one a line or with commas between them."
          required
          error={refusal?.fields['recipients']}
        />
        <FormField
          label="Day of the month"
          name="dayOfMonth"
          type="number"
          min={1}
          max={28}
          defaultValue={3}
          required
          error={refusal?.fields['dayOfMonth']}
        />
        <TextAreaField
          label="Note"
          name="note"
          help="Stands in each mail as you write it. May be empty."
          maxLength={2000}
          error={refusal?.fields['note']}
        />
        <SelectField label="Link good for" name="days" defaultValue="30">
          <option value="7">7 days</option>
          <option value="30">30 days</option>
          <option value="90">90 days</option>
        </SelectField>
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Add it</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
