/** Why a passkey signed nobody in. */
export type PasskeyRefusal = 'unknown' | 'late' | 'unverified' | 'copied' | 'other-person' | 'grant-ended';

/** A refusal in plain words, with what to do. */
export function passkeyRefusalText(refusal: PasskeyRefusal): string {
  switch (refusal) {
    case 'unknown':
      return 'This passkey opens nothing here: it was removed, belongs to another address, or your access was taken back. Sign in with your password, and remove it from your device if you do not need it.';
    case 'late':
      return 'This was used already, or took longer than five minutes. Try again.';
    case 'unverified':
      return NO_VERIFICATION;
    case 'copied':
      return 'This passkey was stopped: a signature of it counted backwards, so there may be a copy of it. Sign in with your password, remove it on your account page, and add a new one.';
    case 'other-person':
      return 'This passkey is not of the account whose password you gave. Use your own, or a code.';
    case 'grant-ended':
      return 'Your access to the evidence has ended. Ask who granted it to extend it.';
  }
}

/** Said of an authenticator that lets through whoever holds it. */
export const NO_VERIFICATION =
  'This authenticator did not check who you are. Set a PIN or fingerprint on it, or use another one.';

/** Bounds of the name that somebody gives a passkey. */
export const PASSKEY_NAME_LENGTH_MAX = 80;

/**
 * What people call an authenticator, by its AAGUID; null: it does not say what it is, or nothing we know. Nothing rests on it: an
 * authenticator says what it likes.
 */
export function authenticatorName(aaguid: string): string | null {
  return AUTHENTICATORS.get(aaguid.toLowerCase()) ?? null;
}

/** Of the passkey providers that most people have; github.com/passkeydeveloper/passkey-authenticator-aaguids lists them. */
const AUTHENTICATORS: ReadonlyMap<string, string> = new Map([
  ['ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4', 'Google Password Manager'],
  ['adce0002-35bc-c60a-648b-0b25f1f05503', 'Chrome on Mac'],
  ['fbfc3007-154e-4ecc-8c0b-6e020557d7bd', 'Apple Passwords'],
  ['dd4ec289-e01d-41c9-bb89-70fa845d4bf2', 'Apple Passwords'],
  ['08987058-cadc-4b81-b6e1-30de50dcbe96', 'Windows Hello'],
  ['9ddd1817-af5a-4672-a2b9-3e3dd95000a9', 'Windows Hello'],
  ['6028b017-b1d4-4c02-b4b3-afcdafc96bb2', 'Windows Hello'],
  ['bada5566-a7aa-401f-bd96-45619a55120d', '1Password'],
  ['d548826e-79b4-db40-a3d8-11116f7e8349', 'Bitwarden'],
  ['531126d6-e717-415c-9320-3d9aa6981239', 'Dashlane'],
  ['53414d53-554e-4700-0000-000000000000', 'Samsung Pass'],
  ['fdb141b2-5d84-443e-8a35-4698c205a502', 'KeePassXC'],
  ['50726f74-6f6e-5061-7373-50726f746f6e', 'Proton Pass'],
  ['b84e4048-15dc-4dd0-8640-f4f60813c8af', 'NordPass'],
]);
