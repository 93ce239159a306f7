import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listManagementKeys } from '@/server/data/management-keys';
import { makeManagementKey, revokeManagementKey } from '@/server/services/make-management-key';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { openIngestDoor } from './testing/ingest-door';

let cast: ScreenCast;
let ours: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;
let key: string;
let keyId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  door = await openIngestDoor(cast.at.ingestUrl);
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  ({ key, keyId } = await newKey(ours));
});
afterAll(async () => {
  await door.close();
  await cast.close();
});

const newKey = (msp: CastMsp, isReadOnly = false) =>
  makeManagementKey(cast.web, msp.scope(), 'Mara', { clientId: msp.clientId, name: 'Ansible', isReadOnly });

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line no-explicit-any -- whatever it says: each test looks at what it expects
  readonly json: any;
  readonly headers: Headers;
}
async function api(method: string, path: string, body?: unknown, by: string | null = key): Promise<Answer> {
  const response = await fetch(`${door.url}/api/v3/${path}`, {
    method,
    headers: { ...(by !== null && { 'X-Api-Key': by }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let json: unknown = text;
  try {
    json = JSON.parse(text);
  } catch {
    // a text
  }
  return { status: response.status, json, headers: response.headers };
}
const ping = (url: string, body = '') => fetch(url, { method: 'POST', body });

describe('a check', () => {
  test('is made, found again by what is unique of it, changed and removed', async () => {
    const made = await api('POST', 'checks/', {
      name: 'db-01',
      slug: 'db-01',
      tags: 'prod db',
      grace: 600,
      unique: ['name'],
    });
    expect([made.status, made.headers.get('access-control-allow-origin')]).toEqual([201, '*']);
    expect(made.json).toMatchObject({
      name: 'db-01',
      slug: 'db-01',
      tags: 'prod db',
      timeout: 86_400,
      grace: 600,
      status: 'new',
      started: false,
      n_pings: 0,
      last_ping: null,
      methods: '',
      manual_resume: false,
    });
    const { uuid } = made.json;
    expect(made.json.ping_url).toBe(`${door.url}/ping/${uuid}`);
    const again = await api('POST', 'checks/', { name: 'db-01', timeout: 3600, unique: ['name'] });
    expect([again.status, again.json.uuid, again.json.timeout]).toEqual([200, uuid, 3600]);
    const cron = await api('POST', `checks/${uuid}`, { schedule: '0 2 * * *', tz: 'Europe/Berlin' });
    expect(cron.json).toMatchObject({ schedule: '0 2 * * *', tz: 'Europe/Berlin' });
    expect(cron.json.timeout).toBeUndefined();
    expect((await api('GET', 'checks/?tag=prod&tag=db')).json.checks).toHaveLength(1);
    expect((await api('GET', 'checks/?tag=other')).json.checks).toEqual([]);
    expect((await api('GET', 'checks/?slug=db-01')).json.checks).toHaveLength(1);
    expect((await api('DELETE', `checks/${uuid}`)).json.uuid).toBe(uuid);
    expect((await api('GET', `checks/${uuid}`)).status).toBe(404);
    expect((await ping(made.json.ping_url)).status).toBe(404);
    const actions = await cast.rows(
      "SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE 'channel.%' ORDER BY seq",
      [ours.mspId],
    );
    expect(actions.map((row) => row['action'])).toEqual([
      'channel.opened',
      'channel.changed',
      'channel.changed',
      'channel.closed',
    ]);
  });

  test('shows its pings, their bodies, and when it went up and down', async () => {
    const { json: check } = await api('POST', 'checks/', { name: 'files' });
    await ping(`${check.ping_url}/start`);
    await ping(check.ping_url, 'all done');
    await ping(`${check.ping_url}/fail`);
    const shown = (await api('GET', `checks/${check.uuid}`)).json;
    expect(shown).toMatchObject({ status: 'down', n_pings: 3, started: false });
    expect(shown.last_ping).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    const { pings } = (await api('GET', `checks/${check.uuid}/pings/`)).json;
    expect(pings.map((one: { type: string; n: number }) => [one.type, one.n])).toEqual([
      ['fail', 3],
      ['success', 2],
      ['start', 1],
    ]);
    expect(pings[1]).toMatchObject({ method: 'POST', rid: null, duration: expect.any(Number) });
    expect(pings[0].body_url).toBeNull();
    expect((await api('GET', `checks/${check.uuid}/pings/2/body`)).json).toBe('all done');
    expect((await api('GET', `checks/${check.uuid}/pings/3/body`)).status).toBe(404);
    const flips = (await api('GET', `checks/${check.uuid}/flips/`)).json;
    expect(flips.map((one: { up: number }) => one.up)).toEqual([0, 1]);
    expect((await api('GET', `checks/${check.uuid}/flips/?seconds=x`)).status).toBe(400);
  });

  test('is paused, listens to nobody where a person has to let it go on, and goes on as a new one', async () => {
    const { json: check } = await api('POST', 'checks/', { name: 'files', manual_resume: true });
    await ping(check.ping_url);
    expect((await api('POST', `checks/${check.uuid}/resume`)).json).toEqual({ error: 'check is not paused' });
    expect((await api('POST', `checks/${check.uuid}/pause`)).json.status).toBe('paused');
    expect((await ping(check.ping_url)).status).toBe(200);
    expect((await api('GET', `checks/${check.uuid}`)).json.status).toBe('paused');
    expect((await api('POST', `checks/${check.uuid}/resume`)).json.status).toBe('new');
    await ping(check.ping_url);
    expect((await api('GET', `checks/${check.uuid}`)).json.status).toBe('up');
    await ours.work(new Date());
    expect(await cast.rows('SELECT status FROM app.run WHERE msp_id = $1', [ours.mspId])).toHaveLength(2);
  });
});

describe('a request', () => {
  test.each([
    [{ timeout: 59 }, 'json validation error: timeout is too small'],
    [{ grace: 31_536_001 }, 'json validation error: grace is too large'],
    [{ schedule: 'nightly' }, 'json validation error: schedule is not a valid cron or OnCalendar expression'],
    [{ tz: 'Mars/Olympus' }, 'json validation error: tz is not a valid timezone'],
    [{ unique: ['uuid'] }, 'json validation error: an item in unique has unexpected value'],
    [{ slug: 'Capitals' }, 'json validation error: slug does not match pattern'],
    [{ name: 5 }, 'json validation error: name is not a string'],
    ['[]', 'json validation error: value is not an object'],
    ['{', 'could not parse request body'],
  ])('that says %j is refused with the reason', async (body, error) => {
    expect(await api('POST', 'checks/', body)).toMatchObject({ status: 400, json: { error } });
    expect((await api('GET', 'checks/')).json.checks).toEqual([]);
  });

  test('without a key, with a wrong or a revoked one is refused', async () => {
    expect(await api('GET', 'checks/', undefined, null)).toMatchObject({
      status: 401,
      json: { error: 'missing api key' },
    });
    expect(await api('GET', 'checks/', undefined, 'x'.repeat(32))).toMatchObject({
      status: 401,
      json: { error: 'wrong api key' },
    });
    expect((await api('POST', 'checks/', { api_key: key, name: 'by the body' }, null)).status).toBe(201);
    await revokeManagementKey(cast.web, ours.scope(), keyId);
    expect((await api('GET', 'checks/')).status).toBe(401);
  });

  test('with a key that may only read shows no address and changes nothing', async () => {
    const { json: check } = await api('POST', 'checks/', { name: 'files' });
    const { key: reader } = await newKey(ours, true);
    const [seen] = (await api('GET', 'checks/', undefined, reader)).json.checks;
    expect(JSON.stringify(seen)).not.toContain(check.uuid);
    expect((await api('GET', `checks/${seen.unique_key}`, undefined, reader)).json.name).toBe('files');
    expect((await api('POST', 'checks/', { name: 'x' }, reader)).status).toBe(401);
    expect((await api('DELETE', `checks/${seen.unique_key}`, undefined, reader)).status).toBe(401);
  });

  test('of another MSP, or of another client, finds nothing', async () => {
    const { json: check } = await api('POST', 'checks/', { name: 'files' });
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const { key: stranger } = await newKey(theirs);
    for (const path of [`checks/${check.uuid}`, `checks/${check.uuid}/pings/`, `checks/${check.uuid}/flips/`])
      expect((await api('GET', path, undefined, stranger)).status).toBe(404);
    expect((await api('POST', `checks/${check.uuid}/pause`, undefined, stranger)).status).toBe(404);
    const other = await ours.newClient('Ulverby Marine');
    const neighbour = await makeManagementKey(cast.web, ours.scope(), 'Mara', {
      clientId: other,
      name: 'n',
      isReadOnly: false,
    });
    expect((await api('GET', `checks/${check.uuid}`, undefined, neighbour.key)).status).toBe(404);
    await expect(revokeManagementKey(cast.web, theirs.scope(), keyId)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('is answered for browsers, unknown paths and methods as its clients expect', async () => {
    const options = await fetch(`${door.url}/api/v3/checks/`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'X-Api-Key, Content-Type',
    ]);
    expect((await api('GET', 'status/', undefined, null)).json).toBe('OK');
    expect((await api('GET', 'channels/')).json).toEqual({ channels: [] });
    expect((await api('PUT', 'checks/', {})).status).toBe(405);
    expect((await api('GET', `checks/${randomUUID()}/nothing`)).status).toBe(404);
  });

  test('stands in the list of those who see its client, also when it was revoked', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const list = (msp: CastMsp) => cast.web.inScope(msp.scope(), (tx) => listManagementKeys(tx, msp.mspId));
    expect(await list(theirs)).toEqual([]);
    const { keyId: readerId } = await newKey(ours, true);
    await revokeManagementKey(cast.web, ours.scope(), keyId);
    expect(await list(ours)).toMatchObject([
      {
        managementKeyId: readerId,
        clientId: ours.clientId,
        name: 'Ansible',
        isReadOnly: true,
        revokedAt: null,
      },
      { managementKeyId: keyId, createdByName: 'Mara', isReadOnly: false, revokedAt: expect.any(Date) },
    ]);
    const foreign = { clientId: theirs.clientId, name: 'x', isReadOnly: true };
    await expect(makeManagementKey(cast.web, ours.scope(), 'Mara', foreign)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
