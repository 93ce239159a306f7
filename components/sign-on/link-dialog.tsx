'use client';

import { Link2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';

/** Links one's own account with the MSP's sign-in provider: takes the password, then leads there. */
export function LinkDialog() {
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = Object.fromEntries(new FormData(event.currentTarget));
    const sent = await sendJson<{ address: string }>('PUT', '/api/v1/account/single-sign-on', form);
    if (sent.isOk) {
      window.location.assign(sent.answer.address);
      return;
    }
    setRefusal(sent.refusal);
    setIsBusy(false);
  }

  return (
    <FormDialog
      title="Link single sign-on"
      description="You are led to your MSP’s sign-in provider. The account that you sign in with there then signs you in here, too."
      trigger={
        <Button>
          <Link2 size={14} aria-hidden="true" /> Link single sign-on
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void send(event)} className="flex flex-col gap-4">
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
          <SubmitButton isBusy={isBusy}>Continue to the provider</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
