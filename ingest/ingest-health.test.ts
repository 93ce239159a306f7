import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrationFiles } from '@/scripts/migrate.mjs';
import { setting } from '@/server/config';
import { stateOfStore } from '@/server/data/database-state';
import { openIngestStore } from '@/server/data/ingest-store';
import { channelForm, openChannel } from '@/server/services/open-channel';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { ingestRoute } from './ingest-routes';
import { openIngestDoor } from './testing/ingest-door';

const TOKEN = 'a-token-of-figures-that-is-long-enough';
const NEWEST = migrationFiles().at(-1)?.name ?? '';

let cast: ScreenCast;
let ours: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  door = await openIngestDoor(cast.at.ingestUrl, null, { metricsToken: TOKEN, migration: NEWEST });
});
afterAll(async () => {
  await door.close();
  await cast.close();
});

const ask = (path: string, init: RequestInit = {}) => fetch(`${door.url}${path}`, init);
const figures = async (): Promise<string> =>
  (await ask('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).text();
const countOf = (text: string, channel: string, outcome: string): number =>
  Number(
    new RegExp(`^holdfast_reports_total{channel="${channel}",outcome="${outcome}"} (\\d+)$`, 'm').exec(
      text,
    )?.[1] ?? 0,
  );

test('it lives, and serves from a database that is as new as it is', async () => {
  const alive = await ask('/healthz');
  expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }]);
  const ready = await ask('/readyz');
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  expect(ready.headers.get('cache-control')).toBe('no-store');
});

test('a program of the release before serves from a database that is newer than it', async () => {
  const before = migrationFiles().at(-3)?.name ?? '';
  const older = await openIngestDoor(cast.at.ingestUrl, null, { migration: before });
  const answer = await fetch(`${older.url}/readyz`);
  expect([before < NEWEST, answer.status]).toEqual([true, 200]);
  await older.close();
});

test('a database that is older than the program, or away, is told apart', async () => {
  const older = await openIngestDoor(cast.at.ingestUrl, null, { migration: '29990101000000_later' });
  const answer = await fetch(`${older.url}/readyz`);
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'not-migrated' }]);
  await older.close();
  const nowhere = new URL(cast.at.ingestUrl);
  nowhere.port = '1';
  const away = openIngestStore({ url: nowhere.href, contextKey: setting('contextKey') });
  expect(await stateOfStore(away, NEWEST)).toBe('unreachable');
  expect(await stateOfStore(away, null)).toBe('unreachable');
  await away.close();
});

test('figures are for whoever shows the token, and count what came by kind and outcome', async () => {
  for (const authorization of [undefined, 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN]) {
    const refused = await ask('/metrics', { headers: authorization === undefined ? {} : { authorization } });
    expect([authorization, refused.status]).toEqual([authorization, 401]);
    expect(await refused.text()).not.toContain(TOKEN);
  }
  const { address } = await openChannel(
    cast.web,
    ours.scope(),
    'Mara',
    ours.clientId,
    channelForm.parse({ kind: 'webhook', name: 'nightly', hostname: 'fs-01' }),
    new Date(),
  );
  const before = await figures();
  await ask(`/hook/${address}?status=up`);
  await ask('/hook/nobody');
  await ask('/ping/00000000-0000-4000-8000-000000000000');
  await ask('/v1/reports', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' });
  const after = await figures();
  const grown = (channel: string, outcome: string): number =>
    countOf(after, channel, outcome) - countOf(before, channel, outcome);
  expect([
    grown('webhook', 'taken'),
    grown('webhook', 'not-found'),
    grown('ping', 'not-found'),
    grown('agent', 'unsupported-media-type'),
  ]).toEqual([1, 1, 1, 1]);
  for (const secret of [address, ours.mspId, ours.clientId, 'fs-01', '00000000-0000'])
    expect(after).not.toContain(secret);
});

test('without a token there is nothing', async () => {
  const closed = await openIngestDoor(cast.at.ingestUrl);
  const answer = await fetch(`${closed.url}/metrics`, { headers: { authorization: 'Bearer ' } });
  expect(answer.status).toBe(404);
  await closed.close();
});

test.each([
  ['/ping/abc/def/fail', '/ping/[address]'],
  ['/hook/abc', '/hook/[address]'],
  ['/mail/abc', '/mail/[address]'],
  ['/api/v3/checks/abc', '/api/[version]/[…]'],
  ['/v1/reports', '/v1/reports'],
  ['/readyz', '/readyz'],
  ['/wp-admin/abc.php', 'other'],
])('%s is counted as %s', (path, route) => {
  expect(ingestRoute(path)).toBe(route);
});
