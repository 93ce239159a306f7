'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { useNotify } from '../ui/toaster';

interface Props {
  /** Who can be the one whose password works on. */
  owners: readonly { readonly personId: string; readonly name: string }[];
}

/** Enforces single sign-on, but for one owner. */
export function EnforceForm({ owners }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = Object.fromEntries(new FormData(event.currentTarget));
    const sent = await sendJson('PUT', '/api/v1/single-sign-on/enforcement', form);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    notify({ text: 'Single sign-on is enforced from now on.' });
    router.refresh();
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex max-w-xl flex-col gap-4">
      <FormProblem refusal={refusal} />
      <SelectField
        label="The owner whose password works on"
        help="For the day on which the provider lets nobody in. All owners are told by mail whenever it is used, and it stands in the audit log."
        name="breakGlassPersonId"
        required
        error={refusal?.fields['breakGlassPersonId']}
      >
        {owners.map(({ personId, name }) => (
          <option key={personId} value={personId}>
            {name}
          </option>
        ))}
      </SelectField>
      <div>
        <SubmitButton isBusy={isBusy}>Enforce single sign-on</SubmitButton>
      </div>
    </form>
  );
}
