import http from 'node:http';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { problemOfPullStatus, type PullProblem } from '@/domain/pull/pull-problem';
import { shownAnswer } from '../notify/answer';
import { checkedLookup, ForbiddenAddress } from '../notify/post-safely';
import type { PullReach } from './pull-networks';

/** The certificate that a server showed. */
export interface SeenCertificate {
  /** SHA-256, capital letters with colons. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
}

/** A pull came to nothing; `problem` says why, `detail` what the server said, shortened. */
export class PullFailure extends Error {
  override readonly name = 'PullFailure';
  readonly problem: PullProblem;
  readonly httpStatus: number | null;
  readonly detail: string | null;
  /** What the server asked for; null: nothing. */
  readonly retryAfterMs: number | null;
  /** That is not believed; null: it is none of that. */
  readonly certificate: SeenCertificate | null;

  constructor(
    problem: PullProblem,
    said: {
      httpStatus?: number | null;
      detail?: string | null;
      retryAfterMs?: number | null;
      certificate?: SeenCertificate | null;
      cause?: unknown;
    } = {},
  ) {
    super(problem, { cause: said.cause });
    this.problem = problem;
    this.httpStatus = said.httpStatus ?? null;
    this.detail = said.detail ?? null;
    this.retryAfterMs = said.retryAfterMs ?? null;
    this.certificate = said.certificate ?? null;
  }
}

/** How a server may be asked. */
export interface AskSettings {
  readonly reach: PullReach;
  /** Of the only certificate that is believed; null: those of public authorities are. */
  readonly fingerprint: string | null;
  readonly signal: AbortSignal;
  /** Of all requests of one pull together. */
  readonly requestsMax: number;
  /** Between two requests; preset 200. */
  readonly gapMs?: number;
  /** Of one request, looking the name up and reading the answer within; preset 30 seconds. */
  readonly timeoutMs?: number;
  /** What never stands in a detail: the secrets that were sent. */
  readonly secrets: readonly string[];
}

/** One request; credentials are among its headers. */
interface Question {
  readonly method?: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Asked {
  readonly json: unknown;
  readonly certificate: SeenCertificate;
}

/** Asks one server, one request after the other, no faster than is good for it. */
export interface Asker {
  /** @throws PullFailure */
  ask(url: URL, question: Question): Promise<Asked>;
  /** How many requests are left. */
  left(): number;
}

const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
const DETAIL_MAX = 300;

export function createAsker(settings: AskSettings): Asker {
  const { signal, requestsMax, gapMs = 200, timeoutMs = 30_000, secrets } = settings;
  let left = requestsMax;
  let lastAt = Number.NEGATIVE_INFINITY;

  async function pause(): Promise<void> {
    const wait = lastAt + gapMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    lastAt = performance.now();
  }

  return {
    left: () => left,
    ask: async (url, question) => {
      if (signal.aborted) throw new PullFailure('interrupted');
      if (left <= 0) throw new PullFailure('too-many-requests');
      left -= 1;
      await pause();
      const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        return await askOnce(url, question, settings, ending);
      } catch (error) {
        throw withoutSecrets(failureOf(error, signal), secrets);
      }
    },
  };
}

async function askOnce(
  url: URL,
  { method = 'GET', headers, body }: Question,
  { reach, fingerprint }: AskSettings,
  signal: AbortSignal,
): Promise<Asked> {
  const { socket, certificate } = await connect(url, { reach, fingerprint, signal });
  const request = http.request({
    // the connection is made and looked at before anything is said on it
    createConnection: () => socket,
    path: `${url.pathname}${url.search}`,
    method,
    headers: {
      host: url.host,
      'user-agent': 'Holdfast',
      accept: 'application/json',
      connection: 'close',
      ...headers,
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    },
    signal,
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => void readAnswer(response, signal).then(resolve, reject));
  });
  request.end(body);
  try {
    return { json: jsonOf(await answer), certificate };
  } finally {
    request.destroy();
    socket.destroy();
  }
}

interface ConnectSettings extends Pick<AskSettings, 'reach' | 'fingerprint'> {
  readonly signal: AbortSignal;
}

/**
 * Connects to a server that somebody typed: its name is looked up anew, every address that it has must be within reach, and nothing is
 * said before its certificate is believed.
 */
async function connect(
  url: URL,
  { reach, fingerprint, signal }: ConnectSettings,
): Promise<{ socket: tls.TLSSocket; certificate: SeenCertificate }> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isAddress = isIP(host) !== 0;
  if (url.protocol !== 'https:' || (isAddress && !reach(host))) throw new PullFailure('forbidden-address');
  const socket = tls.connect({
    host,
    port: url.port === '' ? 443 : Number(url.port),
    ...(!isAddress && { servername: host }),
    lookup: checkedLookup(reach),
    // Whether it is believed is decided below, where it can be said why not.
    rejectUnauthorized: false,
  });
  const stop = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed')));
      if (signal.aborted) stop();
    });
    const certificate = seenCertificate(socket);
    const problem = distrust(socket, certificate, fingerprint);
    if (problem !== null) throw new PullFailure(problem, { certificate });
    socket.removeAllListeners('error');
    socket.on('error', () => {}); // the request hears of it, too
    return { socket, certificate };
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function seenCertificate(socket: tls.TLSSocket): SeenCertificate {
  const seen = socket.getPeerX509Certificate();
  if (!seen) throw new PullFailure('untrusted-certificate');
  const { fingerprint256, subject, issuer, validTo } = seen;
  return { fingerprint: fingerprint256, subject: inLine(subject), issuer: inLine(issuer), validTo };
}

const inLine = (text: string | undefined): string => (text ?? '').replaceAll('\n', ', ').slice(0, 200);

function distrust(
  socket: tls.TLSSocket,
  { fingerprint: seen }: SeenCertificate,
  pinned: string | null,
): PullProblem | null {
  if (pinned !== null) return seen === pinned ? null : 'other-certificate';
  return socket.authorized ? null : 'untrusted-certificate';
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

async function readAnswer(response: http.IncomingMessage, signal: AbortSignal): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > ANSWER_BYTES_MAX)
      throw new PullFailure('too-large', { httpStatus: response.statusCode ?? null });
    chunks.push(chunk);
  }
  signal.throwIfAborted();
  const { statusCode: status = 0, headers } = response;
  return { status, headers, body: Buffer.concat(chunks).toString('utf8') };
}

function jsonOf({ status, headers, body }: Answer): unknown {
  const problem = problemOfPullStatus(status);
  const said = { httpStatus: status, detail: detailOf(body) };
  if (problem !== null)
    throw new PullFailure(problem, { ...said, retryAfterMs: retryAfter(headers['retry-after'], Date.now()) });
  try {
    return JSON.parse(body);
  } catch {
    throw new PullFailure('no-json', said);
  }
}

/** In seconds, or as a date (RFC 9110, 10.2.3). */
function retryAfter(said: string | undefined, now: number): number | null {
  if (said === undefined) return null;
  const ms = /^\d{1,9}$/.test(said.trim()) ? Number(said) * 1000 : Date.parse(said) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

function detailOf(text: string): string | null {
  return shownAnswer(text.slice(0, DETAIL_MAX));
}

function failureOf(error: unknown, whole: AbortSignal): PullFailure {
  if (error instanceof PullFailure) return error;
  if (whole.aborted) return new PullFailure('interrupted', { cause: error });
  if (error instanceof ForbiddenAddress) return new PullFailure('forbidden-address', { cause: error });
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'))
    return new PullFailure('too-slow', { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new PullFailure('unreachable', { detail: shownAnswer(code), cause: error });
}

function withoutSecrets(failure: PullFailure, secrets: readonly string[]): PullFailure {
  const { problem, httpStatus, detail, retryAfterMs, certificate, cause } = failure;
  if (detail === null) return failure;
  const shown = secrets.filter((one) => one !== '').reduce((text, one) => text.replaceAll(one, '…'), detail);
  return new PullFailure(problem, { httpStatus, detail: shown, retryAfterMs, certificate, cause });
}
