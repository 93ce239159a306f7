/** One thing that was looked at, in words; `isGood` null: nothing was looked at, and it is there to be known. */
export interface Check {
  readonly name: string;
  readonly isGood: boolean | null;
  readonly text: string;
}

/** What a file turned out to be: `genuine` only where no check fails; what could not be looked at says so. */
export interface Verification {
  readonly verdict: 'genuine' | 'not-genuine' | 'no-document';
  readonly checks: readonly Check[];
  /** What the document says of itself; null: nothing could be read. */
  readonly title: string | null;
  /** SHA-256 of the whole file, hexadecimal. */
  readonly fileSha256: string;
}

/** Runs wherever there is WebCrypto: browsers on https and loopback, Node. */
export async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Each byte as the character of its number. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return text;
}
