'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

interface Props {
  systemId: string;
  systemName: string;
  tags: readonly string[];
}

/** Gives a system its tags; policies that are assigned to a tag hold for it then. */
export function TagsDialog({ systemId, systemName, tags }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const send = (wanted: readonly string[]) =>
    sendJson('PUT', `/api/v1/systems/${systemId}/tags`, { tags: wanted });

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const typed = fieldText(new FormData(event.currentTarget), 'tags');
    const sent = await send(typed.split(/[\s,;]+/u).filter((tag) => tag !== ''));
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: 'Tags changed.', undo: () => void send(tags).then(() => router.refresh()) });
    router.refresh();
  }

  return (
    <FormDialog
      title={`Tags of ${systemName}`}
      description="A policy that is assigned to a tag holds for every system that has it."
      trigger={<Button>Tags</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <FormField
          label="Tags"
          help="Separated by spaces, such as: card-data ledger"
          name="tags"
          defaultValue={tags.join(' ')}
          maxLength={1000}
          autoComplete="off"
          error={Object.entries(refusal?.fields ?? {}).find(([field]) => field.startsWith('tags'))?.[1]}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Save</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
