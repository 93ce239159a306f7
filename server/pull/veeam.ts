import { z } from 'zod';
import { veeamSessionKind } from '@/domain/pull/veeam-session';
import { DAY } from '@/domain/time/instant';
import { type Asker, PullFailure, type SeenCertificate } from './ask';
import {
  type ConnectionOf,
  type Connector,
  FIRST_PULL_DAYS,
  OVERLAP_MS,
  type PulledItem,
  type PullLimits,
} from './connector';

const SESSIONS = '/api/v1/sessions';
const PAGE_SIZE = 50;
const TASKS_MAX = 1000;

const session = z.looseObject({
  id: z.string().min(1).max(100),
  sessionType: z.string().max(100),
  state: z.string().max(100),
  creationTime: z.iso.datetime({ offset: true, local: true }),
});
const sessionPage = z.object({ data: z.array(session) });
const taskSessions = z.object({ data: z.array(z.looseObject({})).max(TASKS_MAX) });
const serverInfo = z.object({
  name: z.string().max(300).optional(),
  buildVersion: z.string().max(50).optional(),
});
const jobPage = z.object({
  data: z.array(z.looseObject({})),
  pagination: z.object({ total: z.int().min(0) }).optional(),
});
const token = z.object({ access_token: z.string().min(1).max(20_000) });

/**
 * Veeam Backup & Replication, from the public reference of its REST API (port 9419): the sessions of its jobs, each with the machines
 * that it worked on where the server's version lists them. The copies themselves are not listed.
 */
export function veeamConnector(connection: ConnectionOf<'veeam'>, asker: Asker): Connector {
  const { baseUrl, credentials, settings } = connection;
  const version = { 'x-api-version': settings.apiVersion };
  /** Lives as long as this pull does, and nowhere else. */
  let bearer: string | null = null;

  async function signIn(): Promise<string> {
    const { username, password } = credentials;
    const body = new URLSearchParams({ grant_type: 'password', username, password }).toString();
    const headers = { ...version, 'content-type': 'application/x-www-form-urlencoded' };
    const { json } = await asker
      .ask(new URL('/api/oauth2/token', baseUrl), { method: 'POST', headers, body })
      .catch(asRefusedAccount);
    return parsed(json, token).access_token;
  }

  async function get<Shape>(path: string, shape: z.ZodType<Shape>): Promise<Answered<Shape>> {
    bearer ??= await signIn();
    const headers = { ...version, authorization: `Bearer ${bearer}` };
    const { json, certificate } = await asker.ask(new URL(path, baseUrl), { headers });
    return { answer: parsed(json, shape), certificate };
  }

  /** The machines of a session; null: this server's version does not list them. */
  async function machinesOf(id: string): Promise<readonly unknown[] | null> {
    try {
      const path = `${SESSIONS}/${encodeURIComponent(id)}/taskSessions?limit=${TASKS_MAX}`;
      return (await get(path, taskSessions)).answer.data;
    } catch (error) {
      if (error instanceof PullFailure && (error.problem === 'not-there' || error.httpStatus === 405))
        return null;
      throw error;
    }
  }

  async function itemOf(one: z.output<typeof session>): Promise<PulledItem> {
    const machines = await machinesOf(one.id);
    const told = machines === null ? one : { ...one, taskSessions: machines };
    return { id: one.id, path: SESSIONS, json: JSON.stringify(told) };
  }

  return {
    test: async () => {
      const { answer, certificate } = await get('/api/v1/serverInfo', serverInfo);
      const { data, pagination } = (await get('/api/v1/jobs?limit=1', jobPage)).answer;
      await get(`${SESSIONS}?limit=1`, sessionPage);
      const jobs = pagination?.total ?? data.length;
      return {
        server: ['Veeam Backup & Replication', answer.buildVersion, answer.name && `on ${answer.name}`]
          .filter(Boolean)
          .join(' '),
        facts: [`${jobs} job${jobs === 1 ? '' : 's'} that this account may see`],
        certificate,
      };
    },
    pull: async function* ({ cursorAt, now, known }: PullLimits) {
      const from = Math.max(cursorAt ?? 0, now - FIRST_PULL_DAYS * DAY) - OVERLAP_MS;
      let newest = Number.NEGATIVE_INFINITY;
      let heldAt: number | null = null;
      for (let skip = 0; ; skip += PAGE_SIZE) {
        // a page asks once for each of its sessions
        if (asker.left() < PAGE_SIZE + 1) return;
        const { data } = (await get(`${SESSIONS}?${queryOf(from, skip)}`, sessionPage)).answer;
        const items: PulledItem[] = [];
        const told = await known(data.map(({ id }) => id));
        for (const one of data) {
          const createdAt = createdAtOf(one);
          // a cursor that moves page by page is right only in this order
          if (createdAt < newest)
            throw new PullFailure('unexpected-answer', {
              detail: 'Its sessions are not in the order that was asked for.',
            });
          newest = createdAt;
          if (veeamSessionKind(one.sessionType) === null) continue;
          if (one.state !== 'Stopped') heldAt = Math.min(heldAt ?? Infinity, createdAt);
          else if (!told.has(one.id)) items.push(await itemOf(one));
        }
        const isLast = data.length < PAGE_SIZE;
        yield {
          items,
          cursorAt: Math.min(isLast ? now : Math.min(newest, now), heldAt ?? Infinity),
          hasMore: !isLast,
        };
        if (isLast) return;
      }
    },
  };
}

interface Answered<Shape> {
  readonly answer: Shape;
  readonly certificate: SeenCertificate;
}

function queryOf(from: number, skip: number): URLSearchParams {
  return new URLSearchParams({
    skip: String(skip),
    limit: String(PAGE_SIZE),
    orderColumn: 'CreationTime',
    orderAsc: 'true',
    createdAfterFilter: new Date(from).toISOString(),
  });
}

/** Of a time without a zone: as UTC. */
function createdAtOf({ creationTime }: { readonly creationTime: string }): number {
  const isZoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(creationTime);
  return Date.parse(isZoned ? creationTime : `${creationTime}Z`);
}

function parsed<Shape>(json: unknown, shape: z.ZodType<Shape>): Shape {
  const read = shape.safeParse(json);
  if (!read.success)
    throw new PullFailure('unexpected-answer', { detail: read.error.issues[0]?.message ?? null });
  return read.data;
}

/** OAuth 2 says 400 of a wrong password (RFC 6749, 5.2). */
function asRefusedAccount(error: unknown): never {
  if (error instanceof PullFailure && error.httpStatus === 400) {
    const { httpStatus, detail, cause } = error;
    throw new PullFailure('not-let-in', { httpStatus, detail, cause });
  }
  throw error;
}
