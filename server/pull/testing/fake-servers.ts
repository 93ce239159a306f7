import { openTlsServer, type TlsServer } from './tls-server';

/** A task as Proxmox Backup Server lists it; times in seconds since 1970. */
export interface FakeTask {
  readonly upid: string;
  readonly node: string;
  readonly worker_type: string;
  readonly worker_id: string;
  readonly starttime: number;
  readonly endtime?: number;
  readonly status?: string;
  readonly user: string;
}

export const PBS_TOKEN = { tokenId: 'holdfast@pbs!pull', secret: '6f1c2a4e-0000-4000-8000-5eed00000001' };

let made = 0;

const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');

/** A task of a kind that took two minutes; `status` null: it has not ended. */
export function fakeTask(
  startedAt: Date,
  {
    type = 'backup',
    id = 'store1:vm/100',
    status = 'OK',
  }: { type?: string; id?: string; status?: string | null } = {},
): FakeTask {
  const starttime = Math.floor(startedAt.getTime() / 1000);
  return {
    upid: `UPID:pbs1:${hex(++made)}:00000001:00000000:${hex(starttime)}:${type}:${encodeURIComponent(id)}:root@pam:`,
    node: 'pbs1',
    worker_type: type,
    worker_id: id,
    starttime,
    ...(status !== null && { endtime: starttime + 120, status }),
    user: 'root@pam',
  };
}

export interface FakePbs extends TlsServer {
  readonly tasks: FakeTask[];
}

/** Proxmox Backup Server as its API documents have it: `since` and `until` are of the start, the newest come first. */
export async function openFakePbs(): Promise<FakePbs> {
  const tasks: FakeTask[] = [];
  const server = await openTlsServer(({ url, headers }) => {
    if (headers['authorization'] !== `PBSAPIToken=${PBS_TOKEN.tokenId}:${PBS_TOKEN.secret}`)
      return {
        status: 401,
        json: { message: `permission check failed for ${String(headers['authorization'])}` },
      };
    const number = (name: string, preset: number) => Number(url.searchParams.get(name) ?? preset);
    switch (url.pathname) {
      case '/api2/json/version':
        return { json: { data: { version: '3.2', release: '1', repoid: 'abc' } } };
      case '/api2/json/admin/datastore':
        return { json: { data: [{ store: 'store1' }, { store: 'offsite' }] } };
      case '/api2/json/nodes/localhost/tasks': {
        const found = tasks
          .filter(
            ({ starttime }) => starttime >= number('since', 0) && starttime <= number('until', Infinity),
          )
          .toSorted((a, b) => (b.endtime ?? Infinity) - (a.endtime ?? Infinity));
        const start = number('start', 0);
        return { json: { data: found.slice(start, start + number('limit', 50)), total: found.length } };
      }
      default:
        return { status: 404, json: { message: 'not found' } };
    }
  });
  return Object.assign(server, { tasks });
}

export const VEEAM_ACCOUNT = { username: 'VBR01\\holdfast', password: 'correct horse battery staple' };

interface FakeSession {
  readonly id: string;
  readonly name: string;
  readonly jobId: string;
  readonly sessionType: string;
  readonly creationTime: string;
  readonly endTime: string | null;
  readonly state: string;
  readonly progressPercent: number;
  readonly result: { readonly result: string; readonly message: string; readonly isCanceled: boolean };
}

export interface FakeVeeam extends TlsServer {
  readonly sessions: FakeSession[];
  /** By session; what is not there is answered with 404, as by versions that do not list them. */
  readonly machines: Map<string, { name: string; result: string }[]>;
}

/** Veeam Backup & Replication as the reference of its REST API has it. */
export async function openFakeVeeam(): Promise<FakeVeeam> {
  const sessions: FakeSession[] = [];
  const machines: FakeVeeam['machines'] = new Map();
  const server = await openTlsServer(({ url, headers, method, body }) => {
    if (headers['x-api-version'] === undefined)
      return { status: 400, json: { errorCode: 'UnsupportedVersion' } };
    if (url.pathname === '/api/oauth2/token' && method === 'POST') {
      const { grant_type: grant, ...account } = Object.fromEntries(new URLSearchParams(body));
      const isRight =
        account['username'] === VEEAM_ACCOUNT.username && account['password'] === VEEAM_ACCOUNT.password;
      return grant === 'password' && isRight
        ? { json: { access_token: 'aaa.bbb.ccc', token_type: 'bearer', expires_in: 900 } }
        : { status: 400, json: { error: 'invalid_grant', error_description: 'Invalid credentials' } };
    }
    if (headers['authorization'] !== 'Bearer aaa.bbb.ccc') return { status: 401, json: {} };
    const [, id = ''] = /^\/api\/v1\/sessions\/([^/]+)\/taskSessions$/.exec(url.pathname) ?? [];
    if (id !== '') return listOfMachines(machines.get(id));
    switch (url.pathname) {
      case '/api/v1/serverInfo':
        return { json: { name: 'VBR01', buildVersion: '12.1.2.172' } };
      case '/api/v1/jobs':
        return { json: { data: [{}], pagination: { total: 4, count: 1, skip: 0, limit: 1 } } };
      case '/api/v1/sessions':
        return { json: sessionPage(sessions, url.searchParams) };
      default:
        return { status: 404, json: {} };
    }
  });
  return Object.assign(server, { sessions, machines });
}

function listOfMachines(found: { name: string; result: string }[] | undefined) {
  if (!found) return { status: 404, json: {} };
  const data = found.map(({ name, result }) => ({
    name,
    type: 'Backup',
    state: 'Stopped',
    result: { result, message: '', isCanceled: false },
  }));
  return { json: { data, pagination: { total: data.length } } };
}

function sessionPage(sessions: readonly FakeSession[], asked: URLSearchParams) {
  const after = asked.get('createdAfterFilter') ?? '';
  const skip = Number(asked.get('skip') ?? 0);
  const found = sessions
    .filter(({ creationTime }) => after === '' || Date.parse(creationTime) >= Date.parse(after))
    .toSorted((a, b) => Date.parse(a.creationTime) - Date.parse(b.creationTime));
  const data = found.slice(skip, skip + Number(asked.get('limit') ?? 100));
  return { data, pagination: { total: found.length, count: data.length, skip } };
}
