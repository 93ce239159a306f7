import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@/server/errors';
import { KEPT_HEAD, headField } from '@/server/inbound/request-head';
import type { KeptPing, ManagedCheck, ManagementKey } from '@/server/data/ingest-checks';
import type { IngestStore } from '@/server/data/ingest-store';
import {
  checkJson,
  createCheckDesk,
  demandManagementKey,
  ManagementProblem,
  readCheckInput,
  timeText,
  type CheckDesk,
} from '@/server/services/manage-checks';
import { createRateLimit } from '@/server/services/rate-limit';
import { readBody } from './read-body';

const BODY_BYTES_MAX = 64 * 1024;
/** A hundred a minute, of one key. */
const REQUESTS = { perSecond: 100 / 60, burst: 100 };

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'X-Api-Key, Content-Type',
  'access-control-allow-methods': 'GET, POST, DELETE',
  'access-control-max-age': '600',
};

/** The management API of healthchecks.io, versions 1 to 3, for a client's checks (docs/pings.md). Its refusals are in its own form. */
export interface ManagementDesk {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

interface Asked {
  readonly key: ManagementKey;
  readonly method: string;
  readonly body: unknown;
  readonly query: URLSearchParams;
  readonly version: number;
  readonly urls: { readonly ping: string; readonly api: string };
  readonly now: Date;
}

type Answer = { readonly status: 200 | 201; readonly json: unknown } | { readonly bytes: Buffer };

/** Whether a path is the management API's. */
export const isManagement = (path: string): boolean =>
  /^\/api\/v[123]\/(?:checks|channels|badges|status)(?:[/?]|$)/.test(path);

/** @param origin of this process as clients reach it; null: as each request names it */
export function createManagementDesk(store: IngestStore, origin: string | null): ManagementDesk {
  const desk = createCheckDesk(store);
  const limit = createRateLimit(REQUESTS);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS') return void response.writeHead(204, CORS).end();
    try {
      const given = await look(request);
      if ('bytes' in given) return send(response, 200, given.bytes, 'text/plain; charset=utf-8');
      send(response, given.status, Buffer.from(JSON.stringify(given.json)), 'application/json');
    } catch (error) {
      if (!(error instanceof ManagementProblem)) throw error;
      const headers = error.status === 429 ? { 'retry-after': '60' } : {};
      send(
        response,
        error.status,
        Buffer.from(JSON.stringify({ error: error.words })),
        'application/json',
        headers,
      );
    }
  }

  async function look(request: IncomingMessage): Promise<Answer> {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const [, , prefix = '', ...parts] = path.replace(/\/$/, '').split('/');
    const body = await jsonBody(request);
    if (parts[0] === 'status' && parts.length === 1) return { bytes: Buffer.from('OK') };
    const key = await demandManagementKey(store, keyOf(request, body));
    if (limit.take(`${key.mspId} ${key.clientId}`, Date.now()) > 0)
      throw new ManagementProblem(429, 'rate limit exceeded');
    const base = origin ?? `http://${request.headers.host ?? 'localhost'}`;
    return route(desk, parts, {
      key,
      method: request.method ?? 'GET',
      body,
      query: new URLSearchParams(query),
      version: Number(prefix.slice(1)),
      urls: { ping: `${base}/ping`, api: `${base}/api/${prefix}` },
      now: new Date(),
    });
  }

  return { answer };
}

async function route(
  desk: CheckDesk,
  [kind = '', name, ...rest]: readonly string[],
  asked: Asked,
): Promise<Answer> {
  const { key, method } = asked;
  if (kind === 'channels' && name === undefined) return only(method, 'GET', () => ({ channels: [] }));
  if (kind === 'badges' && name === undefined) return only(method, 'GET', () => ({ badges: {} }));
  if (kind !== 'checks' || rest.length > 3) throw new ManagementProblem(404, 'not found');
  if (method !== 'GET' && key.isReadOnly) throw new ManagementProblem(401, 'wrong api key');
  if (name === undefined) return routeAll(desk, asked);
  const [verb, number, last] = rest;
  if (verb === undefined) return routeOne(desk, name, asked);
  if (number === undefined) {
    switch (verb) {
      case 'pause':
      case 'resume':
        return only(method, 'POST', async () =>
          shown(await desk.pause(key, name, verb === 'pause', asked.now), asked),
        );
      case 'pings':
        return only(method, 'GET', async () => ({
          pings: (await desk.pings(key, name)).map((one) => pingJson(one, name, asked)),
        }));
      case 'flips':
        return only(method, 'GET', async () => {
          const flips = await desk.flips(key, name, periodOf(asked));
          return flips.map(({ at, isUp }) => ({ timestamp: timeText(at), up: isUp ? 1 : 0 }));
        });
    }
  }
  if (verb === 'pings' && last === 'body' && /^\d{1,15}$/.test(number ?? '')) {
    if (method !== 'GET') throw new ManagementProblem(405, 'method not allowed');
    return { bytes: await desk.pingBody(key, name, Number(number)) };
  }
  throw new ManagementProblem(404, 'not found');
}

async function routeAll(desk: CheckDesk, asked: Asked): Promise<Answer> {
  const { key, method, query, body, now } = asked;
  if (method === 'GET') {
    const checks = await desk.list(key, { slug: query.get('slug'), tags: query.getAll('tag') });
    return { status: 200, json: { checks: checks.map((check) => shown(check, asked)) } };
  }
  if (method !== 'POST') throw new ManagementProblem(405, 'method not allowed');
  const { check, isNew } = await desk.make(key, readCheckInput(body ?? {}), now);
  return { status: isNew ? 201 : 200, json: shown(check, asked) };
}

async function routeOne(desk: CheckDesk, name: string, asked: Asked): Promise<Answer> {
  const { key, method, body, now } = asked;
  const json = async (check: Promise<ManagedCheck>): Promise<Answer> => ({
    status: 200,
    json: shown(await check, asked),
  });
  switch (method) {
    case 'GET':
      return json(desk.find(key, name));
    case 'POST':
      return json(desk.change(key, name, readCheckInput(body ?? {}), now));
    case 'DELETE':
      return json(desk.remove(key, name));
    default:
      throw new ManagementProblem(405, 'method not allowed');
  }
}

const shown = (check: ManagedCheck, { key, urls, version, now }: Asked): Record<string, unknown> =>
  checkJson(check, key, urls, version, now.getTime());

async function only(method: string, wanted: string, give: () => unknown): Promise<Answer> {
  if (method !== wanted) throw new ManagementProblem(405, 'method not allowed');
  return { status: 200, json: await give() };
}

/** The whole time of which anything is kept, unless the query says less: `seconds`, or `start` and `end` in epoch seconds. */
function periodOf({ query, now }: Asked): { from: number; until: number } {
  const until = now.getTime();
  const number = (name: string): number | null => {
    const text = query.get(name);
    if (text === null) return null;
    if (!/^\d{1,10}$/.test(text)) throw new ManagementProblem(400, `invalid ${name}`);
    return Number(text);
  };
  const [seconds, start, end] = [number('seconds'), number('start'), number('end')];
  if (seconds !== null && (start !== null || end !== null))
    throw new ManagementProblem(400, 'seconds cannot be combined with start or end');
  if (seconds !== null && seconds > 31_536_000) throw new ManagementProblem(400, 'invalid seconds');
  return {
    from: seconds === null ? (start ?? 0) * 1000 : until - seconds * 1000,
    until: end === null ? until + 1 : end * 1000,
  };
}

function pingJson(
  { number, received_at: at, head, envelope: { ping } }: KeptPing,
  name: string,
  { urls }: Asked,
): Record<string, unknown> {
  const { run } = ping ?? { run: null };
  const duration =
    run && run.startedAt !== null && run.endedAt !== null ? (run.endedAt - run.startedAt) / 1000 : null;
  return {
    type: ping?.kind ?? 'success',
    date: at.toISOString().replace('Z', '000+00:00'),
    n: number,
    scheme: 'http',
    remote_addr: headField(head, KEPT_HEAD.remoteAddress),
    method: ping?.method ?? '',
    ua: headField(head, KEPT_HEAD.userAgent) ?? '',
    rid: ping?.rid ?? null,
    ...(duration !== null && { duration }),
    body_url: (ping?.textBytes ?? 0) > 0 ? `${urls.api}/checks/${name}/pings/${number}/body` : null,
  };
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, BODY_BYTES_MAX).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'too-large')
      throw new ManagementProblem(400, 'request body too large');
    throw error;
  });
  if (body.length === 0) return null;
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ManagementProblem(400, 'could not parse request body');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new ManagementProblem(400, 'json validation error: value is not an object');
  return json;
}

function keyOf(request: IncomingMessage, body: unknown): string | null {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  const inBody = (body as { api_key?: unknown } | null)?.api_key;
  return typeof inBody === 'string' ? inBody : null;
}

function send(
  response: ServerResponse,
  status: number,
  body: Buffer,
  contentType: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...CORS,
    ...headers,
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': String(body.length),
  });
  response.end(body);
}
