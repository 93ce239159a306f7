import { createPrivateKey, sign } from 'node:crypto';
import {
  deliveryAnswer,
  deliveryHeader,
  deliverySigningText,
  problem,
  REPORTS_PATH,
} from '@/contract/delivery';
import { retryAfterSeconds } from '@/agent/delivery/delivery-state';
import { sha256, type SpooledReport } from '@/agent/delivery/spool';
import type { Enrolment } from '@/agent/state/enrolment';

/** What came of one delivery. Only `kept` allows to let go of the report. */
export type SendOutcome = { clockOffsetMilliseconds: number | null } & (
  | { kind: 'kept'; outcome: 'stored' | 'duplicate' | 'quarantined' }
  /** The server refuses this very report; others may pass. */
  | { kind: 'refused'; status: number; reason: string }
  /** The server does not accept this machine. */
  | { kind: 'unauthorised'; reason: string }
  /** No answer, or one that is not the server's: nothing is known about the report. */
  | { kind: 'unreachable'; reason: string; retryAfterSeconds: number | null }
);

/** Which report it is about. */
type Named = Pick<SpooledReport, 'epoch' | 'sequence'>;

const ANSWER_BYTES_MAX = 64 * 1024;
/** Refusals of a report as such. Anything else may come from something between us and the server. */
const REFUSAL_STATUS: readonly number[] = [400, 409, 413, 415, 422];

/** Delivers one report once. The signature is made now; the bytes are those of the spool. */
export async function sendReport(
  enrolment: Enrolment,
  report: Named,
  bytes: Buffer,
  limit: AbortSignal,
): Promise<SendOutcome> {
  const sentAt = new Date();
  const bodySha256 = sha256(bytes);
  try {
    const response = await fetch(new URL(REPORTS_PATH, enrolment.ingest_url), {
      method: 'POST',
      redirect: 'manual',
      headers: headersFor(enrolment, report, bodySha256, sentAt),
      body: new Uint8Array(bytes),
      signal: limit,
    });
    const text = await readLimited(response);
    return {
      ...judge(response, text, report, bodySha256),
      clockOffsetMilliseconds: clockOffset(response, sentAt),
    };
  } catch (error) {
    return {
      kind: 'unreachable',
      reason: networkReason(error),
      retryAfterSeconds: null,
      clockOffsetMilliseconds: null,
    };
  }
}

function headersFor(
  enrolment: Enrolment,
  { epoch, sequence }: Named,
  bodySha256: string,
  sentAt: Date,
): Record<string, string> {
  const text = deliverySigningText({
    method: 'POST',
    path: REPORTS_PATH,
    sentAt: sentAt.toISOString(),
    agentId: enrolment.agent_id,
    epoch,
    sequence,
    contentEncoding: 'gzip',
    bodySha256,
  });
  return {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    [deliveryHeader.agentId]: enrolment.agent_id,
    [deliveryHeader.sentAt]: sentAt.toISOString(),
    [deliveryHeader.epoch]: epoch,
    [deliveryHeader.sequence]: String(sequence),
    [deliveryHeader.signature]: sign(
      null,
      Buffer.from(text),
      createPrivateKey(enrolment.private_key),
    ).toString('base64'),
  };
}

type Judgement =
  | { kind: 'kept'; outcome: 'stored' | 'duplicate' | 'quarantined' }
  | { kind: 'refused'; status: number; reason: string }
  | { kind: 'unauthorised'; reason: string }
  | { kind: 'unreachable'; reason: string; retryAfterSeconds: number | null };

function judge(response: Response, text: string, report: Named, bodySha256: string): Judgement {
  if (response.ok) return judgeAnswer(text, response.status, report, bodySha256);
  const told = problem.safeParse(parseJson(text)).data;
  const reason = `${response.status}${told ? ` ${told.title}${told.detail ? `: ${told.detail}` : ''}` : ''}`;
  if (response.status === 401 || response.status === 403)
    return told ? { kind: 'unauthorised', reason } : unreachable(`${reason}, not from Holdfast`);
  if (told && REFUSAL_STATUS.includes(response.status))
    return { kind: 'refused', status: response.status, reason };
  return {
    kind: 'unreachable',
    reason: told ? reason : `${reason}, not from Holdfast`,
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), serverTime(response)),
  };
}

function judgeAnswer(text: string, status: number, report: Named, bodySha256: string): Judgement {
  const answer = deliveryAnswer.safeParse(parseJson(text)).data;
  if (!answer)
    return unreachable(`the answer ${status} is not from Holdfast (a sign-in page of the network?)`);
  const isThisOne =
    answer.epoch === report.epoch && answer.sequence === report.sequence && answer.body_sha256 === bodySha256;
  return isThisOne
    ? { kind: 'kept', outcome: answer.outcome }
    : unreachable('the answer names another report');
}

function unreachable(reason: string): Judgement {
  return { kind: 'unreachable', reason, retryAfterSeconds: null };
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > ANSWER_BYTES_MAX) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** By the server's own clock, since ours may be wrong. */
function serverTime({ headers }: Response): Date {
  const serverAt = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(serverAt) ? new Date() : new Date(serverAt);
}

/** `Date` has whole seconds: half of one is added. */
function clockOffset(response: Response, sentAt: Date): number | null {
  const serverAt = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(serverAt)) return null;
  const middle = (sentAt.getTime() + Date.now()) / 2;
  return Math.round(serverAt + 500 - middle);
}

/** Why a request failed, in the words of the network: `fetch failed` says nothing. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer within the time limit';
  if (error.name === 'AbortError') return 'the agent was told to stop';
  const { cause } = error;
  return cause instanceof Error
    ? ((cause.message || (cause as NodeJS.ErrnoException).code) ?? error.message)
    : error.message;
}
