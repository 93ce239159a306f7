'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { FormField } from './form-field';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

interface Props {
  /** Of the route that keeps the views of this screen. */
  address: string;
  /** The query of the screen's address. */
  query: string;
  /** null: the view is new. */
  formerName: string | null;
}

/** Keeps the view that is shown under a name, or gives a kept one another. */
export function KeepViewDialog({ address, query, formerName }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const title = formerName === null ? 'Keep this view' : 'Rename this view';

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const name = new FormData(event.currentTarget).get('name');
    const sent = await sendJson('PUT', address, { name, query, formerName });
    setIsBusy(false);
    if (!sent.isOk) {
      setRefusal(sent.refusal);
      return;
    }
    setIsOpen(false);
    router.refresh();
  }

  return (
    <FormDialog
      title={title}
      description="Its filters and its order, for you alone. What is in it is always that of now."
      trigger={
        <Button kind="quiet" className="h-7 px-2">
          {formerName === null ? 'Keep view' : 'Rename'}
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormField
          label="Name"
          name="name"
          autoComplete="off"
          required
          maxLength={60}
          defaultValue={formerName ?? ''}
          error={refusal?.fields['name'] ?? refusal?.sentence}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>{title}</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
