import { lookup as lookUp, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address';

/** What a server answered. */
export interface PostAnswer {
  readonly status: number;
  /** Its media type as said; null: it said none. */
  readonly contentType: string | null;
  /** Its beginning, at most 64 KiB. */
  readonly body: string;
}

/** The name leads where nothing of ours may go. The sentence is for whoever set the address up. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

export interface PostSettings {
  /** Whether this machine is an address like any other, by plain http too. */
  readonly allowsLoopback: boolean;
  /** Of all of it: looking the name up, connecting, sending, and reading the answer. */
  readonly timeoutMs: number;
}

const ANSWER_BYTES_MAX = 64 * 1024;

/** What is sent; a body of null is none. */
export interface SafeRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Posts to an address that somebody typed, as `requestSafely`. */
export function postSafely(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  settings: PostSettings,
): Promise<PostAnswer> {
  return requestSafely(address, { method: 'POST', headers, body }, settings);
}

/**
 * Asks an address that somebody typed. Each time the name is looked up anew, every address it has must be public, and the
 * connection goes to one of those that were checked: a name that changes in between gains nothing. Connections are not kept, proxies
 * of the environment are not asked, redirects are not followed.
 * @throws ForbiddenAddress; `AbortError` when it takes too long; the system's errors when nobody answers
 */
export async function requestSafely(
  address: string,
  { method, headers, body }: SafeRequest,
  { allowsLoopback, timeoutMs }: PostSettings,
): Promise<PostAnswer> {
  const url = new URL(address);
  const isAllowed = (ip: string) => isPublicAddress(ip) || (allowsLoopback && isLoopbackAddress(ip));
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  // Node looks no address up that is one already.
  if (isIP(literal) !== 0 && !isAllowed(literal)) throw refusal(url.hostname);
  if (url.protocol !== 'https:' && !(allowsLoopback && url.protocol === 'http:')) throw refusal(url.protocol);
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method,
    agent: false,
    headers: {
      ...headers,
      ...(body !== null && { 'content-length': String(Buffer.byteLength(body)) }),
    },
    lookup: checkedLookup(isAllowed),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer = new Promise<PostAnswer>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => void readAnswer(response).then(resolve, reject));
  });
  request.end(body ?? undefined);
  try {
    return await answer;
  } finally {
    request.destroy();
  }
}

/** Looks a name up and hands on what it found only when all of it is allowed. */
export function checkedLookup(isAllowed: (ip: string) => boolean): LookupFunction {
  return (hostname, options, done) => {
    lookUp(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = found ?? [];
      if (error) done(error, '');
      else if (first === undefined || !found.every(({ address }) => isAllowed(address)))
        done(refusal(hostname), '');
      else if (options.all) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

function refusal(hostname: string): ForbiddenAddress {
  return new ForbiddenAddress(
    `${hostname} leads into a private network, or to the machine that Holdfast runs on.`,
  );
}

/** Reads no more than is kept. */
async function readAnswer(response: http.IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= ANSWER_BYTES_MAX) break;
  }
  const body = Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8');
  return { status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? null, body };
}
