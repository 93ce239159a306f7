'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { fieldText } from './declaration-form';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';
import { TextAreaField } from './text-area-field';

interface Choice {
  readonly name: string;
  /** The field of this name, with what is wrong with it. */
  readonly renderField: (error: string | undefined) => ReactNode;
}

interface Props {
  title: string;
  /** What will come of it. */
  description: string;
  /** On the button that opens it, and for readers. */
  label: string;
  longLabel: string;
  /** Preset `quiet`, as in a table. */
  kind?: 'quiet' | 'plain';
  address: string;
  /** What is sent beside the reason. */
  body: Readonly<Record<string, string>>;
  /** Something to choose beside the reason, sent under its name. */
  choice?: Choice;
  /** Something to be affirmed by a tick, sent as true under its name. */
  affirmation?: { readonly name: string; readonly label: string };
  /** What undoing sends; left out: nothing. */
  undoBody?: Readonly<Record<string, string>>;
  /** Told when it is done. */
  done: string;
}

/** Decides something with a reason; the notice can undo it. */
export function ReasonDialog(props: Props) {
  const { title, description, label, longLabel, address, body, choice, affirmation, undoBody, done } = props;
  const { kind = 'quiet' } = props;
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function undo() {
    const sent = await sendJson('DELETE', address, undoBody);
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    router.refresh();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const data = new FormData(event.currentTarget);
    const chosen = choice && { [choice.name]: fieldText(data, choice.name) };
    const affirmed = affirmation && { [affirmation.name]: data.has(affirmation.name) };
    const said = { ...body, ...chosen, ...affirmed, reason: fieldText(data, 'reason') };
    const sent = await sendJson('PUT', address, said);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: done, undo: () => void undo() });
    router.refresh();
  }

  return (
    <FormDialog
      title={title}
      description={description}
      trigger={
        <Button kind={kind} className={kind === 'quiet' ? 'h-7 px-2' : undefined} aria-label={longLabel}>
          {label}
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
        {choice?.renderField(refusal?.fields[choice.name])}
        {affirmation && (
          <label className="text-13 flex items-center gap-2 font-medium">
            <input
              type="checkbox"
              name={affirmation.name}
              required
              aria-label={affirmation.label}
              className="accent-accent size-4"
            />
            {affirmation.label}
          </label>
        )}
        <TextAreaField
          label="Why"
          help="Stands beside your name, and in the audit log."
          name="reason"
          required
          maxLength={2000}
          error={refusal?.fields['reason']}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>{label}</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
