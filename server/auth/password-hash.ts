import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Argon2id, 19 MiB, two passes, one lane: the minimum of OWASP's password storage cheat sheet. The library's preset is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Longer ones are refused before any work is done on them. */
const PASSWORD_LENGTH_MAX = 1000;

let hashOfNobody: Promise<string> | undefined;

/** The form in which a password is stored. Unicode forms of the same letters are the same password (NIST SP 800-63B, 3.1.1.2). */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST);
}

/** Whether a password matches; null (nobody has that e-mail) costs the same work and is always false. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  hashOfNobody ??= hashPassword(randomBytes(32).toString('hex'));
  const dummy = await hashOfNobody;
  const isShort = password.length <= PASSWORD_LENGTH_MAX;
  const isMatch = await verify(stored ?? dummy, isShort ? password.normalize('NFKC') : '');
  return isMatch && isShort && stored !== null;
}
