'use client';

import { type FormEvent, useState } from 'react';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { ContinueButton } from './continue-button';

interface Offered {
  readonly signInKey: string;
  readonly mspName: string;
}

/** Asks for an e-mail and offers the single sign-on of whoever named its domain. */
export function DomainForm({ goTo }: { goTo: string }) {
  const [isBusy, setIsBusy] = useState(false);
  const [offered, setOffered] = useState<readonly Offered[] | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const email = new FormData(event.currentTarget).get('email');
    const sent = await sendJson<{ msps: Offered[] }>('POST', '/api/v1/single-sign-on-questions', { email });
    setIsBusy(false);
    setOffered(sent.isOk ? sent.answer.msps : null);
    setRefusal(sent.isOk ? null : sent.refusal);
  }

  return (
    <>
      <form method="post" onSubmit={(event) => void ask(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <FormField
          label="Work email"
          help="Only its part after the @ is looked at."
          name="email"
          type="email"
          autoComplete="username"
          required
          onChange={() => setOffered(null)}
        />
        {!offered?.length && <SubmitButton isBusy={isBusy}>Continue</SubmitButton>}
      </form>
      <output className="flex flex-col gap-3 empty:hidden">
        {offered?.map((msp) => (
          <ContinueButton key={msp.signInKey} {...msp} goTo={goTo} />
        ))}
        {offered?.length === 0 && (
          <p className="text-ink-2 text-sm">
            No single sign-on is offered for this address. Sign in with your password, or open the sign-in
            address that an admin of your MSP can give you.
          </p>
        )}
      </output>
    </>
  );
}
