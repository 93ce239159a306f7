import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { deliveryHeader, deliverySigningText, REPORTS_PATH } from '@/contract/delivery';
import { RESTORE_REQUESTS_PATH, type SignedRestoreRequest } from '@/contract/restore-request';
import { agentReport, type AgentReport } from '@/contract/report';

/** One request as it came in, checked with the key of the agent. */
export interface Received {
  epoch: string;
  sequence: number;
  body: Buffer;
  bodySha256: string;
  report: AgentReport;
  isSignatureGood: boolean;
}

export type Answer = (
  received: Received,
  response: http.ServerResponse,
  request: http.IncomingMessage,
) => void;

/** A server at the wire, which answers as a test says. Requests other than deliveries go to `otherwise`. */
export interface FakeIngest {
  url: string;
  received: Received[];
  answer: Answer;
  otherwise: (body: string, response: http.ServerResponse) => void;
  /** What agents that ask for requests are given. */
  requests: SignedRestoreRequest[];
  publicKey: KeyObject | null;
  close: () => Promise<void>;
}

/** What the real server answers when it has kept a report. */
export const store: Answer = (received, response) => sendJson(response, 202, answerFor(received));

export function answerFor({ epoch, sequence, bodySha256 }: Received, outcome = 'stored') {
  return { outcome, epoch, sequence, body_sha256: bodySha256, reason: null };
}

export function sendJson(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function sendProblem(response: http.ServerResponse, status: number, code: string): void {
  sendJson(response, status, { type: 'about:blank', title: `refused: ${code}`, status, code });
}

export async function startFakeIngest(): Promise<FakeIngest> {
  const fake: FakeIngest = {
    url: '',
    received: [],
    answer: store,
    otherwise: (_body, response) => response.writeHead(404).end(),
    requests: [],
    publicKey: null,
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (request.url === RESTORE_REQUESTS_PATH) return sendJson(response, 200, { requests: fake.requests });
      if (request.url !== REPORTS_PATH) return fake.otherwise(body.toString('utf8'), response);
      const received = read(request, body, fake.publicKey);
      fake.received.push(received);
      return fake.answer(received, response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

function read(request: http.IncomingMessage, body: Buffer, key: KeyObject | null): Received {
  const header = (name: string): string => String(request.headers[name] ?? '');
  const epoch = header(deliveryHeader.epoch);
  const sequence = Number(header(deliveryHeader.sequence));
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  const text = deliverySigningText({
    method: request.method ?? '',
    path: request.url ?? '',
    sentAt: header(deliveryHeader.sentAt),
    agentId: header(deliveryHeader.agentId),
    epoch,
    sequence,
    contentEncoding: header('content-encoding'),
    bodySha256,
  });
  const signature = Buffer.from(header(deliveryHeader.signature), 'base64');
  return {
    epoch,
    sequence,
    body,
    bodySha256,
    report: agentReport.parse(JSON.parse(gunzipSync(body).toString('utf8'))),
    isSignatureGood: key !== null && verify(null, Buffer.from(text), key, signature),
  };
}

export function publicKeyOf(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
}
