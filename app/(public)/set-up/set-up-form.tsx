'use client';

import { type FormEvent, useState } from 'react';
import { AuthenticatorKey } from '@/components/forms/authenticator-key';
import { FormField } from '@/components/forms/form-field';
import { NewPasswordField } from '@/components/forms/new-password-field';
import { SubmitButton, useIsReady } from '@/components/forms/submit-button';
import type { Refusal } from '@/components/forms/send-json';
import { postSetUp } from './post-set-up';

interface Props {
  totpSecret: string;
  totpUri: string;
  timeZones: readonly string[];
}

/** Everything the first owner is asked, on one page. */
export function SetUpForm({ totpSecret, totpUri, timeZones }: Props) {
  const [problem, setProblem] = useState<Refusal | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const wrong = problem?.fields ?? {};

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const found = await postSetUp(Object.fromEntries(new FormData(event.currentTarget)));
    if (!found) {
      window.location.assign('/sign-in?ready=1');
      return;
    }
    setProblem(found);
    setIsBusy(false);
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      {problem && (
        <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
          {problem.sentence}
        </p>
      )}
      <FormField
        label="Set-up code"
        help="Printed where Holdfast was started; a new start prints a new one."
        name="setupCode"
        autoComplete="off"
        spellCheck={false}
        required
        error={wrong['setupCode']}
      />
      <FormField
        label="Your company"
        name="mspName"
        autoComplete="organization"
        required
        error={wrong['mspName']}
      />
      <TimeZoneField timeZones={timeZones} />
      <FormField label="Your name" name="name" autoComplete="name" required error={wrong['name']} />
      <FormField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        required
        error={wrong['email']}
      />
      <NewPasswordField label="Password" name="password" error={wrong['password']} />
      <input type="hidden" name="totpSecret" value={totpSecret} />
      <AuthenticatorKey secret={totpSecret} uri={totpUri} />
      <FormField
        label="One-time code"
        help="The six digits that your app now shows for this key."
        name="totpCode"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        error={wrong['totpCode']}
      />
      <SubmitButton isBusy={isBusy}>Create owner</SubmitButton>
    </form>
  );
}

/** Starts at the zone of the browser, which the server does not know. */
function TimeZoneField({ timeZones }: { timeZones: readonly string[] }) {
  const isReady = useIsReady();
  const here = isReady ? new Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC';
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor="time-zone" className="text-sm font-medium">
        Time zone
      </label>
      <select
        key={here}
        id="time-zone"
        name="timeZone"
        defaultValue={timeZones.includes(here) ? here : 'UTC'}
        className="border-edge bg-bg text-ink h-9 rounded-md border px-2 text-sm"
      >
        {timeZones.map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
      </select>
    </div>
  );
}
