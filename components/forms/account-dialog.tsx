'use client';

import { useRouter } from 'next/navigation';
import { type ComponentProps, type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

interface Props {
  title: string;
  description: string;
  trigger: ReactElement<ComponentProps<'button'>>;
  address: string;
  /** Told when it is done. */
  done: string;
  submit: string;
  /** The fields, given what was wrong with them. */
  children: (errors: Readonly<Record<string, string>>) => ReactNode;
}

/** A dialog that changes something of one's own account. */
export function AccountDialog({ title, description, trigger, address, done, submit, children }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await sendJson('PUT', address, Object.fromEntries(new FormData(event.currentTarget)));
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: done });
    router.refresh();
  }

  return (
    <FormDialog
      title={title}
      description={description}
      trigger={trigger}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void send(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        {children(refusal?.fields ?? {})}
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>{submit}</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
