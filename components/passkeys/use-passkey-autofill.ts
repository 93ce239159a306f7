'use client';

import { browserSupportsWebAuthnAutofill, WebAuthnAbortService } from '@simplewebauthn/browser';
import { useEffect, useEffectEvent } from 'react';
import { passkeyHindrance, type PasskeySignIn, signInWithPasskey } from './ceremony';

/** Before the server's challenge is too old. */
const RENEW_MS = 240_000;

/**
 * Offers passkeys where the browser offers e-mails to fill in, while the page is open and where the browser can. Begins anew with each
 * `round`; null: not now.
 */
export function usePasskeyAutofill(
  origin: string | null,
  round: number | null,
  onAnswer: (answer: PasskeySignIn) => void,
): void {
  const answered = useEffectEvent(onAnswer);
  useEffect(() => {
    if (round === null || passkeyHindrance(origin) !== null) return;
    let isOver = false;
    let isRenewed = false;
    const renewal = setInterval(() => {
      isRenewed = true;
      WebAuthnAbortService.cancelCeremony();
    }, RENEW_MS);
    const offer = async (): Promise<void> => {
      if (!(await browserSupportsWebAuthnAutofill())) return;
      do {
        isRenewed = false;
        const answer = await signInWithPasskey({ account: null, isAutofill: true });
        if (isOver) return;
        if (answer.isSignedIn || answer.wasAnswered) answered(answer);
      } while (isRenewed);
      // Another ceremony took its place, which nothing may cancel.
      clearInterval(renewal);
    };
    void offer();
    return () => {
      isOver = true;
      clearInterval(renewal);
      WebAuthnAbortService.cancelCeremony();
    };
  }, [origin, round]);
}
