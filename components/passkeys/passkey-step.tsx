'use client';

import { useState } from 'react';
import { PasskeyButton } from './passkey-button';

/** Signs in anew with a passkey, where the password alone does not do. */
export function PasskeyStep({ origin, goTo }: { origin: string | null; goTo: string }) {
  const [complaint, setComplaint] = useState<string | null>(null);
  return (
    <>
      {complaint !== null && (
        <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
          {complaint}
        </p>
      )}
      <PasskeyButton
        origin={origin}
        account={null}
        onAnswer={(answer) => {
          if (answer.isSignedIn) window.location.assign(goTo);
          else setComplaint(answer.complaint);
        }}
      >
        Use your passkey
      </PasskeyButton>
    </>
  );
}
