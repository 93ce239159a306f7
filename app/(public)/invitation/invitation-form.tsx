'use client';

import { type FormEvent, useState } from 'react';
import { AuthenticatorKey } from '@/components/forms/authenticator-key';
import { FormField } from '@/components/forms/form-field';
import { FormProblem } from '@/components/forms/form-problem';
import { NewPasswordField } from '@/components/forms/new-password-field';
import { type Refusal, sendJson } from '@/components/forms/send-json';
import { SubmitButton } from '@/components/forms/submit-button';

interface Invited {
  readonly email: string;
  readonly role: string;
  readonly mspName: string;
}

interface Props {
  totpSecret: string;
  totpUri: string;
}

/** Says who is invited where, once asked to: whatever follows links in mails must not find out, and spends nothing. */
export function InvitationForm({ totpSecret, totpUri }: Props) {
  const [invited, setInvited] = useState<Invited | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  async function ask(event: FormEvent) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await sendJson<Invited>('POST', '/api/v1/invitation-questions', { token: tokenInAddress() });
    setIsBusy(false);
    if (sent.isOk) setInvited(sent.answer);
    setRefusal(sent.isOk ? null : goneIn(sent.refusal));
  }

  async function accept(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = Object.fromEntries(new FormData(event.currentTarget));
    const sent = await sendJson('POST', '/api/v1/invitation-acceptances', {
      ...form,
      token: tokenInAddress(),
    });
    if (sent.isOk) {
      window.location.assign('/sign-in?ready=1');
      return;
    }
    setRefusal(goneIn(sent.refusal));
    setIsBusy(false);
  }

  if (!invited)
    return (
      <form method="post" onSubmit={(event) => void ask(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <p className="text-ink-2 text-sm">Somebody wants to share their work with you in Holdfast.</p>
        <SubmitButton isBusy={isBusy}>Open the invitation</SubmitButton>
      </form>
    );
  const wrong = refusal?.fields ?? {};
  return (
    <form method="post" onSubmit={(event) => void accept(event)} className="flex flex-col gap-4">
      <p className="text-ink-2 text-sm [overflow-wrap:anywhere]">
        You join {invited.mspName} as {invited.role} and sign in as <b>{invited.email}</b>.
      </p>
      <FormProblem refusal={refusal} />
      <input type="hidden" name="totpSecret" value={totpSecret} />
      <FormField label="Your name" name="name" autoComplete="name" required error={wrong['name']} />
      <NewPasswordField label="Password" name="password" error={wrong['password']} />
      <AuthenticatorKey secret={totpSecret} uri={totpUri} />
      <FormField
        label="One-time code"
        help="The six digits that your app now shows for this key."
        name="totpCode"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        error={wrong['totpCode'] ?? wrong['totpSecret']}
      />
      <SubmitButton isBusy={isBusy}>Join</SubmitButton>
    </form>
  );
}

function tokenInAddress(): string {
  return window.location.hash.slice(1);
}

/** A link that is spent, revoked, too old or cut short is the same to whoever opens it. */
function goneIn(refusal: Refusal): Refusal {
  const isGone = refusal.status === 404 || 'token' in refusal.fields;
  if (!isGone) return refusal;
  const sentence = 'This link is no good any more. Ask who invited you to send it again.';
  return { ...refusal, sentence, fields: {} };
}
