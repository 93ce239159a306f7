import { randomBytes, randomUUID } from 'node:crypto';
import type { ChannelKind } from '../data/inbound-channels';

/** An address that nobody guesses: of a ping a UUID, as its clients expect; else letters and digits, which mail servers leave alone. */
export function makeAddress(kind: ChannelKind): string {
  return kind === 'ping' ? randomUUID() : makeLetters(26);
}

/** The key in a client's ping URLs with slugs: 22 characters, as its clients expect. */
export function makePingKey(): string {
  return makeLetters(22);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Five bits a letter. */
function makeLetters(length: number): string {
  return Array.from(randomBytes(length), (byte) => LETTERS[byte % LETTERS.length]).join('');
}
