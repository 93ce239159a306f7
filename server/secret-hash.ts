import { createHash } from 'node:crypto';

/** The form in which a key or a link's token is stored and looked up: 256 random bits need no salt. */
export function secretHash(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}
