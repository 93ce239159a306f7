'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button, type ButtonKind } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

interface Props<Answer> {
  title: string;
  description: string;
  /** On the button that opens it. */
  label: ReactNode;
  /** The same for readers, where the words on the button do not say enough. */
  longLabel?: string;
  kind?: ButtonKind;
  className?: string;
  /** On the button that sends. */
  submit: string;
  method: 'POST' | 'PUT' | 'PATCH';
  address: string;
  bodyOf: (form: FormData) => object;
  /** Told when it is done; of what the route answers, where that says more. */
  done: string | ((answer: Answer) => string);
  renderFields: (errors: Readonly<Record<string, string>>) => ReactNode;
}

/** A form in a dialog that sends one thing, says what is wrong with it, and closes when it is done. */
export function SendDialog<Answer = null>(props: Props<Answer>) {
  const { title, description, label, longLabel, kind = 'plain', className, submit: submitLabel } = props;
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const body = props.bodyOf(new FormData(event.currentTarget));
    const sent = await sendJson<Answer>(props.method, props.address, body);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: typeof props.done === 'string' ? props.done : props.done(sent.answer) });
    router.refresh();
  }

  return (
    <FormDialog
      title={title}
      description={description}
      trigger={
        <Button kind={kind} className={className} aria-label={longLabel}>
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
        {props.renderFields(refusal?.fields ?? {})}
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>{submitLabel}</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
