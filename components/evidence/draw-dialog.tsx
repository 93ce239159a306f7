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

interface Props {
  clientId: string;
  population: string;
  /** How many records there are. */
  total: number;
}

/** Draws a sample by the auditor's own seed. */
export function DrawDialog({ clientId, population, total }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = new FormData(event.currentTarget);
    const draw = { population, seed: fieldText(form, 'seed'), size: Number(fieldText(form, 'size')) };
    const sent = await sendJson<{ sampleId: string }>(
      'POST',
      `/api/v1/evidence-room/${clientId}/samples`,
      draw,
    );
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    router.push(`/evidence/${clientId}/records?kind=${population}&sample=${sent.answer.sampleId}`);
    router.refresh();
  }

  return (
    <FormDialog
      title="Draw a sample"
      description="Your seed and the hash of the whole list are put into the log first; then the list decides alone what is drawn. Anybody can repeat it."
      trigger={<Button kind="primary">Draw a sample</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <FormField
          label="Your seed"
          help="Something that nobody here could know beforehand: dice, a number from your own file."
          name="seed"
          required
          maxLength={100}
          pattern="[A-Za-z0-9._\-]+"
          title="Letters, digits, dots, dashes and underscores"
          autoComplete="off"
          error={refusal?.fields['seed']}
        />
        <FormField
          label="How many"
          help={`Of ${total}.`}
          name="size"
          type="number"
          min={1}
          max={500}
          defaultValue={Math.min(8, total)}
          required
          error={refusal?.fields['size']}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Log the seed and draw</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
