'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { AccessFields, accessIn, type ClientChoice } from './access-fields';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

interface Props {
  personId: string;
  name: string;
  role: string;
  clientIds: '*' | readonly string[];
  /** Roles that who is signed in may give. */
  roles: readonly string[];
  /** Of them, those that can be limited to some clients. */
  limitableRoles: readonly string[];
  limitedRoles: readonly string[];
  clients: readonly ClientChoice[];
}

/** Changes what a person may do and which clients they see. */
export function AccessDialog({
  personId,
  name,
  role,
  clientIds,
  roles,
  limitableRoles,
  limitedRoles,
  clients,
}: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const access = accessIn(new FormData(event.currentTarget));
    const sent = await sendJson('PUT', `/api/v1/people/${personId}`, access);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    router.refresh();
  }

  return (
    <FormDialog
      title={`What ${name} may do`}
      description="Holds from their next click on."
      trigger={
        <Button kind="quiet" className="h-7 px-2" aria-label={`Change what ${name} may do`}>
          Change
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
        <AccessFields
          initialRole={role}
          clientIds={clientIds}
          roles={roles}
          limitableRoles={limitableRoles}
          limitedRoles={limitedRoles}
          clients={clients}
          errors={refusal?.fields ?? {}}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Save</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
