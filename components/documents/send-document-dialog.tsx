'use client';

import { Send } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { counted } from '../format/amounts';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

interface Props {
  documentId: string;
  /** What is sent, in words. */
  name: string;
}

/** Sends a document to people who need no account. */
export function SendDocumentDialog({ documentId, name }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    const recipients = (form['recipients'] ?? '').split(/[\s,;]+/).filter((one) => one !== '');
    setIsBusy(true);
    const sent = await sendJson<{ count: number }>('POST', `/api/v1/documents/${documentId}/deliveries`, {
      recipients,
      note: form['note'] ?? '',
      days: Number(form['days']),
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: `${counted(sent.answer.count, 'mail')} will go out.` });
    router.refresh();
  }

  return (
    <FormDialog
      title={`Send ${name}`}
      description="Each gets a mail with a link of their own. They need no account; the link ends by itself, and you can take it back."
      trigger={
        <Button kind="quiet" className="h-7 px-2" aria-label={`Send ${name}`}>
          <Send size={13} aria-hidden="true" /> Send
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
        <TextAreaField
          label="To"
          name="recipients"
          help="Addresses, one a line or with commas between them."
          required
          error={refusal?.fields['recipients']}
        />
        <TextAreaField
          label="Note"
          name="note"
          help="Stands in the mail as you write it. May be empty."
          maxLength={2000}
          error={refusal?.fields['note']}
        />
        <SelectField label="Link good for" name="days" defaultValue="30">
          <option value="7">7 days</option>
          <option value="30">30 days</option>
          <option value="90">90 days</option>
        </SelectField>
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Send it</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
