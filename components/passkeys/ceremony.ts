import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser';
import { NO_VERIFICATION, type PasskeyRefusal, passkeyRefusalText } from '@/domain/access/passkey';
import { browserText } from '../format/browser-text';
import { sendJson } from '../forms/send-json';

/** Why no passkey can be used here, in words; null: nothing stands in the way. `origin` null: none can be at this address at all. */
export function passkeyHindrance(origin: string | null): string | null {
  if (origin === null)
    return 'Passkeys need a name, and this installation is reached by an IP address. Whoever runs it can give it one.';
  if (window.location.origin !== origin) return `Passkeys work at ${origin} only. Open Holdfast there.`;
  return browserSupportsWebAuthn()
    ? null
    : 'This browser has no passkeys. Use a newer one, or sign in with your password.';
}

/** A passkey that was kept, or why not, in words. */
export type MadePasskey =
  | { readonly isMade: true; readonly passkeyId: string; readonly name: string }
  | { readonly isMade: false; readonly complaint: string };

/** Has an authenticator make a passkey as the server asked, and the server keep it. */
export async function makePasskey(optionsJSON: PublicKeyCredentialCreationOptionsJSON): Promise<MadePasskey> {
  try {
    const { id, response } = await startRegistration({ optionsJSON });
    const made = {
      credentialId: id,
      clientData: response.clientDataJSON,
      attestation: response.attestationObject,
      transports: response.transports ?? [],
    };
    const kept = await sendJson<{ passkeyId: string; name: string }>('POST', '/api/v1/account/passkeys', {
      made,
      browser: browserText(navigator.userAgent),
    });
    return kept.isOk ? { isMade: true, ...kept.answer } : { isMade: false, complaint: kept.refusal.sentence };
  } catch (error) {
    return { isMade: false, complaint: troubleText(error) };
  }
}

/** What came of a sign-in: signed in; or not, and why (null: it was called off, and nothing is to be said). */
export type PasskeySignIn = { readonly isSignedIn: true } | NotSignedIn;
interface NotSignedIn {
  readonly isSignedIn: false;
  readonly complaint: string | null;
  /** Whether an authenticator answered: then somebody was there. */
  readonly wasAnswered: boolean;
}

/** How a passkey is asked for: any (null), or one of the account whose password is right. */
export interface PasskeyQuestion {
  readonly account: { readonly email: string; readonly password: string } | null;
  /** Offers passkeys where the browser offers what to fill in, and waits. */
  readonly isAutofill: boolean;
}

/** Whether somebody pressed a button: what is only offered then gives way, however late it begins. */
let isPressed = false;

/** Signs in with a passkey; the answer to a success is a cookie. */
export async function signInWithPasskey(question: PasskeyQuestion): Promise<PasskeySignIn> {
  if (question.isAutofill) return signIn(question);
  isPressed = true;
  try {
    return await signIn(question);
  } finally {
    isPressed = false;
  }
}

async function signIn({ account, isAutofill }: PasskeyQuestion): Promise<PasskeySignIn> {
  const address = account ? '/api/v1/second-factor-questions' : '/api/v1/passkey-questions';
  const asked = await sendJson<PublicKeyCredentialRequestOptionsJSON>('POST', address, account ?? undefined);
  if (!asked.isOk) return notSignedIn(isAutofill ? null : asked.refusal.sentence, false);
  if (isAutofill && isPressed) return notSignedIn(null, false);
  let answer: Awaited<ReturnType<typeof startAuthentication>>;
  try {
    answer = await startAuthentication({ optionsJSON: asked.answer, useBrowserAutofill: isAutofill });
  } catch (error) {
    return notSignedIn(isAutofill || isCalledOff(error) ? null : troubleText(error), false);
  }
  const { id, response } = answer;
  const signed = {
    credentialId: id,
    clientData: response.clientDataJSON,
    authenticatorData: response.authenticatorData,
    signature: response.signature,
    userHandle: response.userHandle ?? null,
  };
  const sent = await sendJson<{ refusal: PasskeyRefusal | null }>('POST', '/api/v1/passkey-sign-ins', {
    signed,
  });
  if (!sent.isOk) return notSignedIn(sent.refusal.sentence, true);
  return sent.answer.refusal === null
    ? { isSignedIn: true }
    : notSignedIn(passkeyRefusalText(sent.answer.refusal), true);
}

function notSignedIn(complaint: string | null, wasAnswered: boolean): NotSignedIn {
  return { isSignedIn: false, complaint, wasAnswered };
}

/** By another ceremony of the page, which goes on. */
function isCalledOff(error: unknown): boolean {
  return error instanceof WebAuthnError && error.code === 'ERROR_CEREMONY_ABORTED';
}

/** What a browser threw, in words. Browsers say little on purpose, so that pages learn nothing of who is there. */
function troubleText(error: unknown): string {
  const code = error instanceof WebAuthnError ? error.code : null;
  if (code === 'ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT') return NO_VERIFICATION;
  if (code === 'ERROR_AUTHENTICATOR_MISSING_DISCOVERABLE_CREDENTIAL_SUPPORT')
    return 'This security key cannot keep a passkey with a PIN or fingerprint. Set a PIN on it, or use another one.';
  switch (error instanceof Error ? error.name : '') {
    case 'InvalidStateError':
      return 'There is a passkey of yours on this device already.';
    case 'NotAllowedError':
      return 'The browser made nothing of it: it was cancelled, took too long, or no passkey of this site is there.';
    case 'NotSupportedError':
      return 'This authenticator makes no passkeys that Holdfast can check. Use another one.';
    case 'SecurityError':
      return 'The browser allows no passkeys at this address.';
    default:
      return 'The authenticator failed. Try again, or use another one.';
  }
}
