import { randomInt } from 'node:crypto';
import type { Role } from '@/domain/access/permissions';

/** Somebody who can sign in to the demo, as its data folder keeps them. */
export interface DemoUser {
  readonly role: Role;
  readonly email: string;
  readonly password: string;
  /** base32; null: signs in by password alone. */
  readonly totpSecret: string | null;
  /** Names of the clients they see; null: all. */
  readonly clientNames: readonly string[] | null;
}

/** Without letters and digits that look alike. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A new password of 20 random signs (99 bits), in groups that can be read aloud. */
export function newPassword(): string {
  const groups = Array.from({ length: 4 }, () =>
    Array.from({ length: 5 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join(''),
  );
  return groups.join('-');
}
