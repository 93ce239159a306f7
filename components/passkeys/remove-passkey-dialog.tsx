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

/** Removes one of one's own passkeys, which can be taken back for a while. */
export function RemovePasskeyDialog({ passkeyId, name }: { passkeyId: string; name: string }) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const address = `/api/v1/account/passkeys/${passkeyId}/removal`;

  async function remove(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = Object.fromEntries(new FormData(event.currentTarget));
    const sent = await sendJson('PUT', address, form);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: `${name} is removed; your other sessions have ended.`, undo: () => void restore() });
    router.refresh();
  }

  async function restore() {
    const sent = await sendJson('DELETE', address);
    notify({ text: sent.isOk ? `${name} works again.` : 'It is too late: add the passkey anew.' });
    router.refresh();
  }

  return (
    <FormDialog
      title={`Remove ${name}`}
      description="It signs you in no more, and your other sessions end. On your device it stays until you delete it there."
      trigger={
        <Button kind="quiet" className="!h-7 !px-2" aria-label={`Remove ${name}`}>
          Remove
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void remove(event)} className="flex flex-col gap-4">
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
          <SubmitButton isBusy={isBusy}>Remove passkey</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
