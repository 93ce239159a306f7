'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Boxes } from '../forms/choice-boxes';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { useNotify } from '../ui/toaster';

/** By which frameworks the MSP works. */
export function FrameworksForm({
  frameworks,
  chosen,
}: {
  frameworks: readonly string[];
  chosen: readonly string[];
}) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const asked = new FormData(event.currentTarget).getAll('frameworks');
    const sent = await sendJson('PUT', '/api/v1/frameworks', { frameworks: asked });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    notify({ text: 'Saved. These come first wherever a framework is chosen.' });
    router.refresh();
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col items-start gap-3">
      <FormProblem refusal={refusal} />
      <Boxes
        legend="We work by"
        name="frameworks"
        choices={frameworks.map((name) => ({ value: name, label: name }))}
        chosen={chosen}
        isInLine
      />
      <SubmitButton isBusy={isBusy}>Save</SubmitButton>
    </form>
  );
}
