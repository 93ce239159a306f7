/** How somebody signed in. `code`: with a password, and a code of an authenticator. */
export const SIGN_IN_WAYS = [
  'password',
  'code',
  'passkey',
  'password-and-passkey',
  'single-sign-on',
] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];
