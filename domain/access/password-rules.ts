import { COMMON_PASSWORDS, COMMON_PIECES } from './common-passwords';
import { PASSWORD_LENGTH_MIN } from './password-length';

const PASSWORD_LENGTH_MAX = 256;

/**
 * Why a password is not accepted, as a sentence; null: it is. No rules about kinds of characters (NIST SP 800-63B,
 * 3.1.1.2): length, not commonly used, not made of what everybody knows about the account (`context`: name, e-mail, MSP).
 */
export function passwordComplaint(password: string, context: readonly string[]): string | null {
  const characters = Array.from(password.normalize('NFKC'));
  if (characters.length < PASSWORD_LENGTH_MIN)
    return `Use at least ${PASSWORD_LENGTH_MIN} characters; a few words are easier than signs.`;
  if (characters.length > PASSWORD_LENGTH_MAX) return `Use at most ${PASSWORD_LENGTH_MAX} characters.`;
  const plain = characters.join('').toLowerCase().replace(/\s/g, '');
  if (COMMON_PASSWORDS.has(plain)) return 'This password stands on lists of leaked ones. Choose another.';
  if (isPattern(plain)) return 'This password is a simple pattern. Choose another.';
  if (isMostly(plain, [...COMMON_PIECES, ...wordsOf(context)]))
    return 'This password is mostly your name, address or words everybody tries. Add other words.';
  return null;
}

/** One short piece repeated, or characters that count up or down. */
function isPattern(plain: string): boolean {
  if (/^(.{1,4})\1+$/su.test(plain)) return true;
  const codes = Array.from(plain, (character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, i) => code - (codes[i] ?? 0));
  return steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

/** Without what everybody tries, too little is left to guess. Digits and signs around it are what everybody adds. */
function isMostly(plain: string, known: readonly string[]): boolean {
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  const rest = longestFirst.reduce((left, piece) => left.replaceAll(piece, ''), plain);
  return rest !== plain && rest.replace(/^[\P{L}]+|[\P{L}]+$/gu, '').length < 6;
}

function wordsOf(context: readonly string[]): string[] {
  return context
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 4);
}
