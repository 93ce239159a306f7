import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import {
  AGENT_PATH,
  DELIVERY_BYTES_MAX,
  deliveryHeader,
  ENROL_PATH,
  REPORTS_PATH,
} from '@/contract/delivery';
import { enrolmentRequest } from '@/contract/enrolment';
import { RESTORE_REQUESTS_PATH } from '@/contract/restore-request';
import { stateOfStore } from '@/server/data/database-state';
import type { IngestStore } from '@/server/data/ingest-store';
import { AppError, type ErrorCode } from '@/server/errors';
import { ALIVE, createReadiness } from '@/server/health/readiness';
import { toProblem } from '@/server/http';
import { answerMetrics } from '@/server/metrics/answer-metrics';
import { metrics } from '@/server/metrics/metrics';
import { enrolAgent, type ServerIdentity } from '@/server/services/enrol-agent';
import type { ReportIntake } from '@/server/services/ingest-report';
import { createRestoreRequestDesk } from '@/server/services/hand-out-restore-requests';
import { createOpenChannels } from '@/server/services/find-channel';
import { createPingChecks } from '@/server/services/find-ping-check';
import type { MessageIntake } from '@/server/services/take-messages';
import { createRateLimit } from '@/server/services/rate-limit';
import { parseStrictJson } from '@/server/services/strict-json';
import { createAgentKeys } from '@/server/services/verify-delivery';
import { createHookDesk } from './hook-desk';
import { createMailDesk } from './mail-desk';
import { channelOf } from './ingest-routes';
import { createMailDoor, type MailDoor } from './mail-door';
import { createManagementDesk, isManagement } from './management-desk';
import { createPingDesk } from './ping-desk';
import { readBody } from './read-body';

export interface IngestServerParts {
  readonly store: IngestStore;
  readonly intake: ReportIntake;
  readonly messages: MessageIntake;
  /** Shared with the other ways by which mails come; left out: there is no other. */
  readonly mails?: MailDoor;
  readonly identity: ServerIdentity;
  readonly log: Logger;
  /** The bundled agent, for machines to fetch. */
  readonly agentFile: string;
  /** The newest migration that this program knows; left out: it serves from any database. */
  readonly migration?: string | undefined;
  /** What has to be shown to read figures; left out: nobody reads them. */
  readonly metricsToken?: string | null;
}

const ENROLMENT_BYTES_MAX = 16 * 1024;
const QUESTION_BYTES_MAX = 1024;
const HEADER_BYTES_MAX = 16 * 1024;
/** Tokens have 256 bits; the limit only keeps guessing from costing us anything. */
const ENROLMENTS = { perSecond: 1, burst: 30 };

/** The HTTP server of the ingestion process, not listening yet. `isStopping` makes it answer that it is not ready. */
export function createIngestServer(parts: IngestServerParts, isStopping: () => boolean): http.Server {
  const enrolmentLimit = createRateLimit(ENROLMENTS);
  const requestKeys = createAgentKeys(parts.store);
  const requestDesk = createRestoreRequestDesk(parts.store, requestKeys);
  const mails = parts.mails ?? createMailDoor(createOpenChannels(parts.store), parts.messages, null);
  const managementDesk = createManagementDesk(parts.store, parts.identity.ingestUrl);
  const pingDesk = createPingDesk(createPingChecks(parts.store), parts.messages);
  const hookDesk = createHookDesk(mails.channels, parts.messages);
  const mailDesk = createMailDesk(mails);
  const readiness = createReadiness(
    () => stateOfStore(parts.store, parts.migration ?? null),
    () => (isStopping() ? 'stopping' : null),
  );
  const server = http.createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
    },
    (request, response) => {
      void respond(request, response);
    },
  );
  server.on('clientError', refuseMalformed);

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    try {
      await route(request, response);
      count(request, outcomeOf(response.statusCode));
    } catch (error) {
      count(request, error instanceof AppError ? error.code : 'internal');
      if (request.destroyed && !request.complete) return; // nobody is there to be told
      if (!(error instanceof AppError) || error.code === 'unavailable')
        parts.log.error({ err: error, cause: causeOf(error), requestId }, 'request failed');
      const { status, headers, body } = toProblem(error, requestId);
      // What was not read of a refused request would be taken for the next one.
      if (!request.complete) headers['connection'] = 'close';
      send(response, status, headers, body);
    }
  }

  function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith('/ping/')) return pingDesk.answer(request, response);
    if (request.url?.startsWith('/hook/')) return hookDesk.answer(request, response);
    if (request.url?.startsWith('/mail/')) return mailDesk.answer(request, response);
    if (isManagement(request.url ?? '')) return managementDesk.answer(request, response);
    switch (request.url ?? '') {
      case REPORTS_PATH:
        return takeReport(request, response);
      case RESTORE_REQUESTS_PATH:
        return giveRestoreRequests(request, response);
      case ENROL_PATH:
        return enrol(request, response);
      case AGENT_PATH:
        return giveAgent(request, response);
      case '/health':
      case '/healthz':
        return Promise.resolve(sendJson(response, ALIVE.status, ALIVE.body));
      case '/readyz':
        return readiness().then(({ status, body }) => sendJson(response, status, body));
      case '/metrics':
        return giveMetrics(request, response);
      default:
        return Promise.reject(new AppError('not-found', 'There is nothing here.'));
    }
  }

  async function giveMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { contentType, text } = await answerMetrics(
      parts.metricsToken ?? null,
      request.headers.authorization,
    );
    send(response, 200, { 'content-type': contentType, 'cache-control': 'no-store' }, text);
  }

  async function takeReport(request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandPost(request);
    demandJson(request);
    const body = await readBody(request, DELIVERY_BYTES_MAX);
    const header = headerOf(request);
    const answer = await parts.intake.receive({
      agentId: header(deliveryHeader.agentId),
      sentAt: header(deliveryHeader.sentAt),
      epoch: header(deliveryHeader.epoch),
      sequence: header(deliveryHeader.sequence),
      signature: header(deliveryHeader.signature),
      contentEncoding: header('content-encoding'),
      body,
      receivedAt: new Date(),
    });
    sendJson(response, 202, answer);
  }

  async function giveRestoreRequests(request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandPost(request);
    demandJson(request);
    const body = await readBody(request, QUESTION_BYTES_MAX);
    const header = headerOf(request);
    const answer = await requestDesk.answer({
      agentId: header(deliveryHeader.agentId),
      sentAt: header(deliveryHeader.sentAt),
      signature: header(deliveryHeader.signature),
      body,
      receivedAt: new Date(),
    });
    sendJson(response, 200, answer);
  }

  async function enrol(request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandPost(request);
    demandJson(request);
    const waitSeconds = enrolmentLimit.take(request.socket.remoteAddress ?? '', Date.now());
    if (waitSeconds > 0)
      throw new AppError('rate-limited', 'Too many enrolments at once. Please try again later.', {
        retryAfterSeconds: waitSeconds,
      });
    const body = await readBody(request, ENROLMENT_BYTES_MAX);
    const parsed = enrolmentRequest.safeParse(jsonOf(body));
    if (!parsed.success)
      throw new AppError('invalid-request', 'The enrolment does not have the form it must have.');
    const answer = await enrolAgent(parts.store, parts.identity, parsed.data, new Date());
    parts.intake.forgetKey(answer.agent_id);
    requestKeys.forget(answer.agent_id);
    sendJson(response, 201, answer);
  }

  async function giveAgent(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET') throw new AppError('method-not-allowed', 'Use GET here.');
    const program = await readFile(parts.agentFile).catch((error: unknown) => {
      throw new AppError('not-found', 'This installation does not hold the agent. Take it from a release.', {
        cause: error,
      });
    });
    const headers = {
      'content-type': 'text/javascript; charset=utf-8',
      'content-disposition': 'attachment; filename="holdfast-agent.mjs"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    };
    response.writeHead(200, { ...headers, 'content-length': program.length }).end(program);
  }

  return server;
}

/** Counts what came by a channel. */
function count(request: IncomingMessage, outcome: Outcome): void {
  const channel = channelOf((request.url ?? '').split('?', 1)[0] ?? '');
  if (channel) metrics().reports.inc({ channel, outcome });
}

type Outcome = 'taken' | 'internal' | ErrorCode;

/** Pings are refused by an answer of their own. */
function outcomeOf(status: number): Outcome {
  switch (status) {
    case 400:
      return 'invalid-request';
    case 404:
      return 'not-found';
    case 409:
      return 'conflict';
    case 429:
      return 'rate-limited';
    default:
      return 'taken';
  }
}

/** Reads headers by name; one that was sent several times becomes a value that is refused. */
function headerOf(request: IncomingMessage): (name: string) => string | undefined {
  return (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  };
}

function demandPost(request: IncomingMessage): void {
  if (request.method !== 'POST') throw new AppError('method-not-allowed', 'Use POST here.');
}

function demandJson(request: IncomingMessage): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const isJson = type === 'application/json';
  const isUtf8 = parameters.every((part) => !part.startsWith('charset=') || /^charset="?utf-8"?$/.test(part));
  if (!isJson || !isUtf8) throw new AppError('unsupported-media-type', 'Send application/json, in UTF-8.');
}

function jsonOf(body: Buffer): unknown {
  try {
    return parseStrictJson(body);
  } catch (error) {
    throw new AppError('invalid-request', 'The body is not JSON.', { cause: error });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(
    response,
    status,
    { 'content-type': 'application/json', 'cache-control': 'no-store' },
    JSON.stringify(body),
  );
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}

/** What node's parser refuses never becomes a request: the answer is written by hand. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const problem = toProblem(
    isTooLarge
      ? new AppError('too-large', 'The headers are too large.')
      : new AppError('invalid-request', 'This is not an HTTP request.'),
    randomUUID(),
  );
  const reason = isTooLarge ? '413 Content Too Large' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${reason}\r\ncontent-type: application/problem+json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(problem.body)}\r\n\r\n${problem.body}`,
  );
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
