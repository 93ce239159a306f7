'use client';

import { UserPlus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useOpenedByAddress } from '../ui/use-opened-by-address';
import { useNotify } from '../ui/toaster';
import { AccessFields, accessIn, type ClientChoice } from './access-fields';
import { FormField } from './form-field';
import { FormProblem } from './form-problem';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

interface Props {
  /** Roles that who is signed in may give. */
  roles: readonly string[];
  limitableRoles: readonly string[];
  limitedRoles: readonly string[];
  clients: readonly ClientChoice[];
  /** What is chosen at first; left out: a technician of every client. */
  initial?: { readonly role: string; readonly clientIds: readonly string[] };
  /** On the button that opens it; left out: the page's main one. */
  label?: string;
}

/** Invites somebody by mail. */
export function InviteDialog({ roles, limitableRoles, limitedRoles, clients, initial, label }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useOpenedByAddress('invite', () => setIsOpen(true));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = new FormData(event.currentTarget);
    const invitation = { email: form.get('email'), ...accessIn(form) };
    const sent = await sendJson('POST', '/api/v1/invitations', invitation);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: 'The invitation is in the list, which says when its mail is out.' });
    router.refresh();
  }

  return (
    <FormDialog
      title="Invite somebody"
      description="They get a link by mail, good once and for seven days, and choose a password and an authenticator."
      trigger={
        <Button kind={label ? 'plain' : 'primary'}>
          <UserPlus size={14} aria-hidden="true" /> {label ?? 'Invite somebody'}
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
        <FormField
          label="Email"
          name="email"
          type="email"
          autoComplete="off"
          required
          error={refusal?.fields['email']}
        />
        <AccessFields
          initialRole={initial?.role ?? 'technician'}
          clientIds={initial?.clientIds ?? '*'}
          roles={roles}
          limitableRoles={limitableRoles}
          limitedRoles={limitedRoles}
          clients={clients}
          errors={refusal?.fields ?? {}}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Send invitation</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
