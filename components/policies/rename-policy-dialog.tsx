'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

/** Gives a policy another name; what it says stays. */
export function RenamePolicyDialog({ policyId, name }: { policyId: string; name: string }) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const send = (wanted: unknown) => sendJson('PATCH', `/api/v1/policies/${policyId}`, { name: wanted });

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await send(new FormData(event.currentTarget).get('name'));
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: 'Renamed.', undo: () => void send(name).then(() => router.refresh()) });
    router.refresh();
  }

  return (
    <FormDialog
      title={`Rename ${name}`}
      trigger={<Button>Rename</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <FormField
          label="Name"
          name="name"
          defaultValue={name}
          required
          maxLength={100}
          autoComplete="off"
          error={refusal?.fields['name']}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Rename</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
