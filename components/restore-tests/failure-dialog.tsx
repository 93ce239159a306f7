'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { RestoreRecord } from '@/domain/restore-test/record';
import { fieldText } from '../forms/declaration-form';
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
  recordId: string;
  seen: number;
  failure: RestoreRecord['failure'];
  /** Later tests of the same system, by name. */
  retests: readonly { readonly recordId: string; readonly name: string }[];
}

/** Follows a failure up: cause, cure, who sees to it, and the test that was made again. */
export function FailureDialog({ recordId, seen, failure, retests }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const errorOf = (field: string) => refusal?.fields[`fields.failure.${field}`];

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const maybe = (name: string) => fieldText(form, name).trim() || null;
    setIsBusy(true);
    const sent = await sendJson('POST', `/api/v1/restore-records/${recordId}/corrections`, {
      reason: 'The failure was followed up.',
      seen,
      fields: {
        failure: {
          ticket: maybe('ticket'),
          cause: maybe('cause'),
          correctiveAction: maybe('correctiveAction'),
          owner: maybe('owner'),
          retestRecordId: maybe('retestRecordId'),
          isClosed: form.get('isClosed') !== null,
        },
      },
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: 'The follow-up is kept.' });
    router.refresh();
  }

  return (
    <FormDialog
      title="Follow the failure up"
      description="It closes by itself once the retest that you name has passed and is accepted. Without one, say the cause and what was done, and close it."
      trigger={<Button>Follow up</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <TextAreaField
          label="Cause"
          name="cause"
          maxLength={2000}
          defaultValue={failure?.cause ?? ''}
          error={errorOf('cause')}
        />
        <TextAreaField
          label="Corrective action"
          name="correctiveAction"
          maxLength={2000}
          defaultValue={failure?.correctiveAction ?? ''}
          error={errorOf('correctiveAction')}
        />
        <FormField label="Who sees to it" name="owner" maxLength={200} defaultValue={failure?.owner ?? ''} />
        <FormField label="Ticket" name="ticket" maxLength={200} defaultValue={failure?.ticket ?? ''} />
        <SelectField
          label="Retest"
          name="retestRecordId"
          defaultValue={failure?.retestRecordId ?? ''}
          error={errorOf('retestRecordId')}
        >
          <option value="">none yet</option>
          {retests.map((one) => (
            <option key={one.recordId} value={one.recordId}>
              {one.name}
            </option>
          ))}
        </SelectField>
        <label className="text-13 flex items-center gap-2">
          <input
            type="checkbox"
            aria-label="The failure is closed"
            name="isClosed"
            className="accent-accent"
            defaultChecked={(failure?.closedAt ?? null) !== null}
          />
          The failure is closed
        </label>
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Keep</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
