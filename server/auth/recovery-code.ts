import { createHmac, randomInt } from 'node:crypto';

/** Without letters and digits that look alike. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const CODE = /^[a-z2-9]{10}$/;
const CODES_COUNT = 10;

/** Ten new codes of 49 bits each, in two groups that can be copied by hand. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES_COUNT }, () => {
    const signs = Array.from({ length: 10 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
    return `${signs.slice(0, 5)}-${signs.slice(5)}`;
  });
}

/**
 * The form in which a person's code is stored: HMAC-SHA256, since a code is short enough to be guessed from a plain hash. null:
 * what was typed is no recovery code.
 */
export function hashRecoveryCode(
  typed: string,
  personId: string,
  key: Buffer,
): Uint8Array<ArrayBuffer> | null {
  const code = typed.toLowerCase().replace(/[\s-]/g, '');
  if (!CODE.test(code)) return null;
  return new Uint8Array(createHmac('sha256', key).update(`recovery-code|${personId}|${code}`).digest());
}
