import { createHash, randomBytes } from 'node:crypto';
import { NODE } from '@/verify/node-platform';
import { nonceOf, readStamp } from '@/verify/time-stamp';

/** What an authority stated, checked. */
export interface TimeStamp {
  /** The whole response (TimeStampResp, DER), as `openssl ts -verify` takes it. */
  readonly token: Uint8Array<ArrayBuffer>;
  /** The time that it states. */
  readonly at: Date;
  /** The name in its certificate. */
  readonly authority: string;
}

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/**
 * Asks a time-stamping authority (RFC 3161 over HTTP) for a token over some bytes. Only their SHA-256 goes out. What comes back is checked
 * before it counts: it is over these bytes, repeats our nonce, and is signed by a certificate for time-stamping that it holds. Whether that
 * certificate is to be trusted is for whoever verifies a bundle.
 * @throws Error saying what is wrong with the answer, or that there was none
 */
export async function askTimeStamp(url: string, content: Buffer): Promise<TimeStamp> {
  const nonce = randomBytes(8);
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40; // positive and of full length, so that it comes back as it went
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: request(content, nonce),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the authority answered ${response.status}`);
  const token = await bounded(response);
  const { at, by } = await readStamp(NODE, token, content, 'the answer', []);
  if (nonceOf(token) !== nonce.toString('hex')) throw new Error('the answer is to another question');
  return { token: Uint8Array.from(token), at: new Date(at), authority: by };
}

/** TimeStampReq: version 1, SHA-256 of the content, nonce, with certificates. */
function request(content: Buffer, nonce: Buffer): Uint8Array<ArrayBuffer> {
  const imprint = Buffer.concat([
    Buffer.from('3031300d060960864801650304020105000420', 'hex'),
    createHash('sha256').update(content).digest(),
  ]);
  const fields = Buffer.concat([
    Buffer.from('020101', 'hex'),
    imprint,
    Buffer.from([0x02, nonce.length]),
    nonce,
    Buffer.from('0101ff', 'hex'),
  ]);
  return Uint8Array.from(Buffer.concat([Buffer.from([0x30, fields.length]), fields]));
}

async function bounded(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > ANSWER_BYTES_MAX) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
