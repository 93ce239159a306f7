'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { fieldText } from '../forms/declaration-form';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

interface Props {
  /** Those without a hold. */
  clients: readonly { clientId: string; name: string }[];
}

/** Places a legal hold on a client's evidence. */
export function LegalHoldDialog({ clients }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const data = new FormData(event.currentTarget);
    const address = `/api/v1/clients/${fieldText(data, 'clientId')}/legal-hold`;
    const sent = await sendJson('PUT', address, { reason: fieldText(data, 'reason') });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: 'The legal hold stands.' });
    router.refresh();
  }

  return (
    <FormDialog
      title="Place a legal hold"
      description="Until it is withdrawn, nothing of this client that is evidence is erased or runs out, however old it is."
      trigger={<Button className="h-7 px-2">Place a legal hold</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <SelectField label="Client" name="clientId" required>
          {clients.map(({ clientId, name }) => (
            <option key={clientId} value={clientId}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextAreaField
          label="Why"
          help="Such as the claim and who asked for it. In the log for good: name no private person."
          name="reason"
          required
          maxLength={500}
          error={refusal?.fields['reason']}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Place it</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
