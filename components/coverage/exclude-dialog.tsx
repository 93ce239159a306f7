'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { Instant } from '@/domain/time/instant';
import { dayFieldText } from '../findings/snooze-choices';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

interface Props {
  clientId: string;
  name: string;
  state: 'not-covered' | 'not-in-inventory';
  now: Instant;
}

const PRESET_DAYS = 180;
const DAY_MS = 86_400_000;

/** Says that a machine is knowingly left out: whose decision, why, until when. The notice can undo it. */
export function ExcludeDialog({ clientId, name, state, now }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function undo(exclusionId: string) {
    const sent = await sendJson('DELETE', `/api/v1/coverage-exclusions/${exclusionId}`);
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    router.refresh();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await sendJson<{ exclusionId: string }>(
      'POST',
      `/api/v1/clients/${clientId}/coverage-exclusions`,
      exclusionIn(new FormData(event.currentTarget), name),
    );
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: `${name} is excluded.`, undo: () => void undo(sent.answer.exclusionId) });
    router.refresh();
  }

  return (
    <FormDialog
      title={`Exclude ${name}`}
      description={
        state === 'not-covered'
          ? 'For a machine that is knowingly not backed up. It stays in the list with this label and is counted apart, until the day that you choose.'
          : 'For a machine that is knowingly not in the inventory. It stays in the list with this label and is counted apart, until the day that you choose.'
      }
      trigger={
        <Button kind="quiet" className="h-7 px-2" aria-label={`Exclude ${name}`}>
          Exclude
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <FormField
          label="Whose decision"
          help="Who answers for it, such as the client’s managing director."
          name="ownerName"
          required
          maxLength={200}
          autoComplete="off"
          error={refusal?.fields['ownerName']}
        />
        <TextAreaField
          label="Why"
          help="Stands beside the machine."
          name="reason"
          required
          maxLength={2000}
          error={refusal?.fields['reason']}
        />
        <FormField
          label="Until the end of"
          help="Within 13 months; then it counts again."
          name="until"
          type="date"
          required
          defaultValue={dayFieldText(new Date(now + PRESET_DAYS * DAY_MS))}
          error={refusal?.fields['until']}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Exclude</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

function exclusionIn(form: FormData, name: string): object {
  const at = new Date(`${fieldText(form, 'until')}T23:59:59`);
  return {
    name,
    ownerName: fieldText(form, 'ownerName'),
    reason: fieldText(form, 'reason'),
    // What is no day is sent as it is, for the server to say so.
    until: Number.isNaN(at.getTime()) ? fieldText(form, 'until') : at.toISOString(),
  };
}
