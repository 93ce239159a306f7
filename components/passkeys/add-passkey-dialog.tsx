'use client';

import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { Fingerprint } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { PASSKEY_NAME_LENGTH_MAX } from '@/domain/access/passkey';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { makePasskey, passkeyHindrance } from './ceremony';

/** Adds a passkey to one's own account: the password, then the authenticator, then what to call it. */
export function AddPasskeyDialog({ origin }: { origin: string | null }) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [added, setAdded] = useState<{ passkeyId: string; name: string } | null>(null);

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setRefusal(null);
    if (!isNowOpen && added) end();
  }

  function end() {
    setIsOpen(false);
    setAdded(null);
    notify({ text: 'The passkey is added: it signs you in from now on.' });
    router.refresh();
  }

  async function make(form: FormData) {
    const currentPassword = form.get('currentPassword');
    const asked = await sendJson<PublicKeyCredentialCreationOptionsJSON>(
      'POST',
      '/api/v1/account/passkey-questions',
      { currentPassword },
    );
    if (!asked.isOk) return setRefusal(asked.refusal);
    const made = await makePasskey(asked.answer);
    setRefusal(made.isMade ? null : { status: 0, sentence: made.complaint, fields: {} });
    if (made.isMade) setAdded(made);
  }

  async function rename(passkeyId: string, form: FormData) {
    const name = form.get('name');
    const sent = await sendJson('PATCH', `/api/v1/account/passkeys/${passkeyId}`, { name });
    if (sent.isOk) end();
    else setRefusal(sent.refusal);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsBusy(true);
    await (added ? rename(added.passkeyId, form) : make(form));
    setIsBusy(false);
  }

  const hindrance = isOpen ? passkeyHindrance(origin) : null;
  return (
    <FormDialog
      title={added ? 'Name your passkey' : 'Add a passkey'}
      description={
        added
          ? 'It is added. Call it so that you know it again.'
          : 'It signs you in with the fingerprint, face or PIN of a device, and nobody can be tricked into giving it away.'
      }
      trigger={
        <Button>
          <Fingerprint size={14} aria-hidden="true" /> Add a passkey
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={open}
    >
      {hindrance !== null ? (
        <p
          role="alert"
          className="bg-risk-bg text-risk rounded-md px-3 py-2 text-sm [overflow-wrap:anywhere]"
        >
          {hindrance}
        </p>
      ) : (
        <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <FormProblem refusal={refusal} />
          {added ? (
            <FormField
              key="name"
              label="Name"
              name="name"
              defaultValue={added.name}
              maxLength={PASSKEY_NAME_LENGTH_MAX}
              autoComplete="off"
              required
              error={refusal?.fields['name']}
              ref={(input) => input?.focus()}
            />
          ) : (
            <FormField
              key="password"
              label="Current password"
              name="currentPassword"
              type="password"
              autoComplete="current-password"
              required
              error={refusal?.fields['currentPassword']}
            />
          )}
          <div className="flex justify-end">
            <SubmitButton isBusy={isBusy}>{added ? 'Save the name' : 'Continue'}</SubmitButton>
          </div>
        </form>
      )}
    </FormDialog>
  );
}
