import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { deliveryHeader } from '@/contract/delivery';
import {
  questionSigningText,
  requestSigningText,
  restoreRequest,
  RESTORE_REQUESTS_PATH,
  restoreRequestsAnswer,
  type RestoreRequest,
  type SignedRestoreRequest,
} from '@/contract/restore-request';
import type { ReportProblem } from '@/contract/report';
import { AGENT_VERSION } from '@/agent/agent-version';
import { networkReason } from '@/agent/delivery/send-report';
import { sha256 } from '@/agent/delivery/spool';
import type { Enrolment } from '@/agent/state/enrolment';

const TIME_LIMIT_MILLISECONDS = 30_000;
const ANSWER_BYTES_MAX = 2 * 1024 * 1024;

/** Requests that are really ours to do, and what was wrong with the others. */
export interface AskedRequests {
  requests: readonly RestoreRequest[];
  problems: readonly ReportProblem[];
  /** Why nobody could be asked; null: the server answered. */
  unreachable: string | null;
}

const NOTHING: AskedRequests = { requests: [], problems: [], unreachable: null };

/** Asks the server which restore tests it wants. A server that knows no such question wants none. */
export async function askRequests(enrolment: Enrolment, now: Date): Promise<AskedRequests> {
  const body = Buffer.from(JSON.stringify({ agent_version: AGENT_VERSION }));
  const sentAt = now.toISOString();
  const text = questionSigningText({ sentAt, agentId: enrolment.agent_id, bodySha256: sha256(body) });
  try {
    const response = await fetch(new URL(RESTORE_REQUESTS_PATH, enrolment.ingest_url), {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        [deliveryHeader.agentId]: enrolment.agent_id,
        [deliveryHeader.sentAt]: sentAt,
        [deliveryHeader.signature]: sign(
          null,
          Buffer.from(text),
          createPrivateKey(enrolment.private_key),
        ).toString('base64'),
      },
      body,
      signal: AbortSignal.timeout(TIME_LIMIT_MILLISECONDS),
    });
    const answer = await response.text();
    if (response.status === 404) return NOTHING;
    if (!response.ok || answer.length > ANSWER_BYTES_MAX)
      return { ...NOTHING, unreachable: `the server answered ${response.status}` };
    const parsed = restoreRequestsAnswer.safeParse(parseJson(answer)).data;
    if (!parsed) return { ...NOTHING, unreachable: 'the answer is not from Holdfast' };
    return sortRequests(enrolment, parsed.requests, now);
  } catch (error) {
    return { ...NOTHING, unreachable: networkReason(error) };
  }
}

function sortRequests(
  enrolment: Enrolment,
  signed: readonly SignedRestoreRequest[],
  now: Date,
): AskedRequests {
  const read = signed.map((one) => readRequest(enrolment, one, now));
  return {
    requests: read.flatMap((one) => (typeof one === 'string' ? [] : [one])),
    problems: read.flatMap((one) => (typeof one === 'string' ? [refusal(one)] : [])),
    unreachable: null,
  };
}

/**
 * A request, once it is proven to be the pinned server's, for this agent, in time, and of the known form; else why it is refused. The
 * signature comes first: nothing of what it does not cover is read.
 */
function readRequest(
  { agent_id, server_public_key }: Pick<Enrolment, 'agent_id' | 'server_public_key'>,
  { body, signature }: SignedRestoreRequest,
  now: Date,
): RestoreRequest | string {
  const key = createPublicKey({
    key: Buffer.from(server_public_key, 'base64'),
    format: 'der',
    type: 'spki',
  });
  if (!verify(null, Buffer.from(requestSigningText(body)), key, Buffer.from(signature, 'base64')))
    return 'A request for a restore test is not signed with the key of the server that this machine enrolled with.';
  const request = restoreRequest.safeParse(parseJson(body)).data;
  if (!request)
    return 'A request for a restore test has a form that this version of the agent does not know.';
  if (request.agent_id !== agent_id)
    return `The request ${request.request_id} for a restore test is for another agent.`;
  if (Date.parse(request.expires_at) <= now.getTime())
    return `The request ${request.request_id} for a restore test has expired at ${request.expires_at}.`;
  return request;
}

function refusal(message: string): ReportProblem {
  return { code: 'restore_request_refused', severity: 'warning', subject: null, message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
