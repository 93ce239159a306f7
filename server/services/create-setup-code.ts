import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../data/database';
import { storeSetUpCode } from '../data/identity-set-up';

/** Without letters and digits that look alike. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const GROUPS = 5;
const GROUP_LENGTH = 5;

/**
 * Makes the code that lets somebody become the first owner, to be printed to whoever starts Holdfast; null once anybody
 * exists. Only its hash is kept, so each call replaces the code before. Needs the migrator's database.
 */
export async function createSetupCode(migratorDatabase: Database): Promise<string | null> {
  const code = newCode();
  return (await storeSetUpCode(migratorDatabase, hashSetupCode(code))) ? code : null;
}

/** How a code is kept; blanks, dashes and case do not matter. */
export function hashSetupCode(code: string): Uint8Array<ArrayBuffer> {
  const plain = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return new Uint8Array(createHash('sha256').update(`set-up code:${plain}`).digest());
}

/** 25 signs of 30: 122 bits, so a plain hash and no limit on guesses are enough. */
function newCode(): string {
  const signs = Array.from({ length: GROUPS * GROUP_LENGTH }, randomSign);
  const groups = Array.from({ length: GROUPS }, (_, i) =>
    signs.slice(i * GROUP_LENGTH, (i + 1) * GROUP_LENGTH),
  );
  return groups.map((group) => group.join('')).join('-');
}

function randomSign(): string {
  for (;;) {
    const byte = randomBytes(1)[0] ?? 0;
    // 240 is the largest multiple of 30 in a byte: above it, some signs would come more often.
    if (byte < 240) return ALPHABET.charAt(byte % ALPHABET.length);
  }
}
