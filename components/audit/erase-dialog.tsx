'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { fieldText } from '../forms/declaration-form';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

interface Answer {
  erased: number;
  held: number;
  inTexts: number;
}

/** Erases a person's values beside the log for good. */
export function EraseDialog() {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const lines = fieldText(new FormData(event.currentTarget), 'texts').split('\n');
    const texts = lines.map((line) => line.trim()).filter((line) => line !== '');
    const sent = await sendJson<Answer>('POST', '/api/v1/audit/erasures', { texts });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: erasedText(sent.answer) });
    router.refresh();
  }

  return (
    <FormDialog
      title="Erase a person’s values"
      description="Names, e-mails and texts beside the log that hold what you enter are gone for good, comments that mention the person too. The log stays whole: it holds salted hashes only. What a legal hold covers stays."
      trigger={<Button className="h-7 px-2">Erase a person’s values</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <TextAreaField
          label="Name and e-mail"
          help="One a line, at least 3 characters each. This cannot be undone."
          name="texts"
          required
          error={refusal?.fields['texts']}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Erase for good</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

function erasedText({ erased, held, inTexts }: Answer): string {
  const parts = [`${erased} values are erased`];
  if (held > 0) parts.push(`${held} stay under a legal hold`);
  if (inTexts > 0) parts.push(`${inTexts} events hold it in their own text, which cannot change`);
  return `${parts.join('; ')}.`;
}
