'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Boxes } from '../forms/choice-boxes';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { useNotify } from '../ui/toaster';

/** Which roles must have an authenticator, or a passkey. */
export function CodeRolesForm({ roles, chosen }: { roles: readonly string[]; chosen: readonly string[] }) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const asked = new FormData(event.currentTarget).getAll('roles');
    const sent = await sendJson('PUT', '/api/v1/sign-in-rules', { roles: asked });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    notify({ text: 'Saved. Who lacks an authenticator or passkey sets one up at their next step.' });
    router.refresh();
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col items-start gap-3">
      <FormProblem refusal={refusal} />
      <Boxes
        legend="Must have an authenticator"
        name="roles"
        choices={roles.map((role) => ({ value: role, label: role }))}
        chosen={chosen}
        isInLine
      />
      <SubmitButton isBusy={isBusy}>Save</SubmitButton>
    </form>
  );
}
