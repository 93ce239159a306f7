'use client';

import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { useIsReady } from '../forms/submit-button';
import { Button } from '../ui/button';
import { passkeyHindrance, type PasskeyQuestion, type PasskeySignIn, signInWithPasskey } from './ceremony';

interface Props {
  /** Where passkeys work; null: nowhere. */
  origin: string | null;
  /** Of whom; null: of whoever it is. */
  account: PasskeyQuestion['account'];
  onAnswer: (answer: PasskeySignIn) => void;
  children: string;
}

/** Signs in with a passkey, or says why not. */
export function PasskeyButton({ origin, account, onAnswer, children }: Props) {
  const isReady = useIsReady();
  const [isBusy, setIsBusy] = useState(false);

  async function start() {
    const hindrance = passkeyHindrance(origin);
    if (hindrance !== null) {
      onAnswer({ isSignedIn: false, complaint: hindrance, wasAnswered: false });
      return;
    }
    setIsBusy(true);
    const answer = await signInWithPasskey({ account, isAutofill: false });
    if (!answer.isSignedIn) setIsBusy(false);
    onAnswer(answer);
  }

  return (
    <Button disabled={!isReady || isBusy} onClick={() => void start()} className="!h-9 !text-sm">
      <Fingerprint size={16} aria-hidden="true" className="flex-none" />
      {isBusy ? 'Waiting for your passkey …' : children}
    </Button>
  );
}
