'use client';

import { type FormEvent, useState } from 'react';
import { FormField } from '@/components/forms/form-field';
import { SubmitButton } from '@/components/forms/submit-button';
import type { PasskeyQuestion, PasskeySignIn } from '@/components/passkeys/ceremony';
import { PasskeyButton } from '@/components/passkeys/passkey-button';
import { usePasskeyAutofill } from '@/components/passkeys/use-passkey-autofill';
import { postSignIn, type SignInAnswer } from './post-sign-in';

/** Somebody whose password is right, and whether a passkey of theirs will do in place of a code. */
type Known = NonNullable<PasskeyQuestion['account']> & { readonly hasPasskey: boolean };

/**
 * E-mail and password; then, only when the account asks for it, the code. Or a passkey: in place of all that, or of the code.
 * `passkeyOrigin`: where those work; null: nowhere.
 */
export function SignInForm({ goTo, passkeyOrigin }: { goTo: string; passkeyOrigin: string | null }) {
  const [known, setKnown] = useState<Known | null>(null);
  const [complaint, setComplaint] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [round, setRound] = useState(0);
  usePasskeyAutofill(passkeyOrigin, known ? null : round, answered);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { email, password } = known ?? {
      email: field(form, 'email'),
      password: field(form, 'password'),
    };
    setIsBusy(true);
    const result = await postSignIn({ email, password, code: field(form, 'code') });
    if (result.outcome === 'signed-in') {
      window.location.assign(goTo);
      return;
    }
    setComplaint(complaintAbout(result));
    if (result.outcome === 'code-needed') setKnown({ email, password, hasPasskey: result.hasPasskey });
    else if (result.outcome === 'refused') setKnown(null);
    setIsBusy(false);
  }

  function answered(answer: PasskeySignIn) {
    if (answer.isSignedIn) {
      window.location.assign(goTo);
      return;
    }
    setComplaint(answer.complaint);
    setRound((last) => last + 1);
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      {complaint !== null && (
        <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm [overflow-wrap:anywhere]">
          {complaint}
        </p>
      )}
      {known ? (
        <CodeStep email={known.email} onBack={() => setKnown(null)} />
      ) : (
        <>
          <FormField
            label="Email"
            name="email"
            type="email"
            autoComplete={passkeyOrigin === null ? 'username' : 'username webauthn'}
            required
          />
          <FormField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
        </>
      )}
      <SubmitButton isBusy={isBusy}>Sign in</SubmitButton>
      {passkeyOrigin !== null && (known?.hasPasskey ?? true) && (
        <PasskeyButton
          origin={passkeyOrigin}
          account={known && { email: known.email, password: known.password }}
          onAnswer={answered}
        >
          {known ? 'Use a passkey instead' : 'Use a passkey'}
        </PasskeyButton>
      )}
    </form>
  );
}

function CodeStep({ email, onBack }: { email: string; onBack: () => void }) {
  const [isRecovery, setIsRecovery] = useState(false);
  return (
    <>
      <p className="text-ink-2 text-sm">
        Signing in as <strong>{email}</strong>.{' '}
        <button type="button" onClick={onBack} className="text-accent underline">
          Not you?
        </button>
      </p>
      {isRecovery ? (
        <FormField
          key="recovery"
          label="Recovery code"
          help="One of those that you keep for when the phone is lost. Each works once."
          name="code"
          autoComplete="off"
          spellCheck={false}
          pattern="[A-Za-z0-9 \-]{10,14}"
          title="Ten letters and digits"
          required
          ref={(input) => input?.focus()}
        />
      ) : (
        <FormField
          key="authenticator"
          label="One-time code"
          help="Six digits from your authenticator app. Each code works once."
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9 ]{6,7}"
          title="Six digits"
          required
          ref={(input) => input?.focus()}
        />
      )}
      <button
        type="button"
        onClick={() => setIsRecovery(!isRecovery)}
        className="text-accent self-start text-sm underline"
      >
        {isRecovery ? 'Use the authenticator app' : 'Use a recovery code'}
      </button>
    </>
  );
}

function complaintAbout(answer: SignInAnswer): string | null {
  switch (answer.outcome) {
    case 'signed-in':
    case 'code-needed':
      return null;
    case 'refused':
      return 'E-mail or password is wrong.';
    case 'code-refused':
      return 'This code is wrong or was used already. Wait for the next one.';
    case 'grant-ended':
      return 'Your access to the evidence has ended. Ask who granted it to extend it.';
    case 'wait':
      return `Too many tries. Try again in ${duration(answer.retryAfterSeconds)}.`;
    case 'unavailable':
      return 'Holdfast cannot check this at the moment. Please try again.';
  }
}

function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
