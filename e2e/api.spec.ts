import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type APIRequestContext, expect, request, test } from '@playwright/test';
import type { z } from 'zod';
import * as contract from '../contract/api-v1';
import { requireTool } from '../test/require-tool';
import { violationsOf } from './accessibility';
import { isOfFirstMsp, readAccess } from './running-system';
import { signedInContext } from './sign-in';

const access = readAccess();
const API = `${access.webUrl}/api/v1`;
const ALL = ['read', 'findings', 'clients', 'policies', 'audit'];

let owner: APIRequestContext;
let bare: APIRequestContext;

const roleOf = (role: string) => {
  const user = access.users.find(
    (one) => one.role === role && one.clientNames === null && isOfFirstMsp(access, one),
  );
  if (!user) throw new Error(`no ${role}`);
  return user;
};

test.beforeAll(async () => {
  owner = await signedInContext(access.webUrl, roleOf('owner'));
  bare = await request.newContext();
});
test.afterAll(async () => {
  await Promise.all([owner.dispose(), bare.dispose()]);
});

async function newKey(
  scopes: readonly string[] = ALL,
  context = owner,
): Promise<{ personalKeyId: string; key: string }> {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const made = await context.post(`${API}/personal-keys`, {
    data: { name: 'Asked for by a test', scopes, clientIds: '*', expiresAt },
    headers: { origin: access.webUrl },
  });
  expect(made.status(), await made.text()).toBe(201);
  return made.json();
}

const by = (key: string, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${key}`, ...more },
});

test('what the API answers is what its description says, page by page, and nothing of another MSP', async () => {
  const { key } = await newKey();
  const read = async <T>(address: string, schema: z.ZodType<T>): Promise<T> => {
    const response = await bare.get(`${API}/${address}`, by(key));
    expect(response.status(), address).toBe(200);
    return schema.parse(await response.json());
  };
  const me = await read('me', contract.apiCaller);
  expect(me.key?.scopes).toEqual(ALL);
  const systems = await read('systems?limit=2', contract.apiSystems);
  expect(systems.data).toHaveLength(2);
  const next = await read(`systems?limit=2&cursor=${systems.nextCursor}`, contract.apiSystems);
  expect(next.data[0]?.systemId).not.toBe(systems.data[1]?.systemId);
  const [sql] = (await read('systems?search=sql-01', contract.apiSystems)).data;
  const id = sql?.systemId ?? '';
  const detail = await read(`systems/${id}`, contract.apiSystemDetail);
  expect(detail.dataSets.length).toBeGreaterThan(0);
  const runs = await read(`systems/${id}/runs?limit=3`, contract.apiRuns);
  const more = await read(`systems/${id}/runs?limit=3&cursor=${runs.nextCursor}`, contract.apiRuns);
  expect(more.data.map(({ runId }) => runId)).not.toContain(runs.data[2]?.runId);
  expect(
    (await read(`systems/${id}/recovery-points`, contract.apiRecoveryPoints)).data.length,
  ).toBeGreaterThan(0);
  const [client] = (await read('clients', contract.apiClients)).data;
  await read(`clients/${client?.clientId}`, contract.apiClient);
  const [cause] = (await read('findings', contract.apiFindings)).data;
  await read(`findings/${cause?.causeId}`, contract.apiFindingDetail);
  const [channel] = (await read('channels', contract.apiChannels)).data;
  await read(`channels/${channel?.channelId}`, contract.apiChannel);
  const [policy] = (await read('policies', contract.apiPolicies)).data;
  await read(`policies/${policy?.policyId}`, contract.apiPolicy);
  expect((await read('agents', contract.apiAgents)).data.length).toBeGreaterThan(0);
  expect((await read('repositories', contract.apiRepositories)).data.length).toBeGreaterThan(0);
  await read('documents', contract.apiDocuments);
  expect((await read('restore-records', contract.apiRestoreRecords)).data.length).toBeGreaterThan(0);

  const stranger = access.users.find((one) => one.role === 'owner' && !isOfFirstMsp(access, one));
  if (!stranger) throw new Error('no other owner');
  const theirs = await newKey(ALL, await signedInContext(access.webUrl, stranger));
  const missing = '0198c4f2-0000-7000-8000-00000000dead';
  for (const address of [
    `systems/${id}`,
    `clients/${client?.clientId}`,
    `findings/${cause?.causeId}`,
    `policies/${policy?.policyId}`,
  ]) {
    const [foreign, none] = await Promise.all(
      [address, address.replace(/[^/]+$/, missing)].map((one) => bare.get(`${API}/${one}`, by(theirs.key))),
    );
    expect(foreign?.status(), address).toBe(404);
    const words = async (response: typeof foreign) => ({ ...(await response?.json()), request_id: '' });
    expect(await words(foreign)).toEqual(await words(none));
  }
  const listed = await bare.get(`${API}/systems?search=sql-01&limit=200`, by(theirs.key));
  expect(await listed.text()).not.toContain(id);
});

test('a key is good for its scopes and for nothing that needs the person', async () => {
  const reading = await newKey(['read']);
  const post = (address: string, data: object, key = reading.key) =>
    bare.post(`${API}/${address}`, { data, ...by(key) });
  const client = { name: 'Nobody', timeZone: 'UTC' };
  expect(await (await post('clients', client)).json()).toMatchObject({
    status: 403,
    detail: expect.stringContaining('“clients”'),
  });
  const all = await newKey();
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const another = { name: 'Another', scopes: ALL, clientIds: '*', expiresAt };
  for (const { key } of [reading, all]) {
    expect((await post('personal-keys', another, key)).status()).toBe(403);
    expect((await post('invitations', {}, key)).status()).toBe(403);
    expect((await post('sign-out-everywhere', {}, key)).status()).toBe(403);
    expect((await bare.get(`${access.webUrl}/`, { ...by(key), maxRedirects: 0 })).status()).toBe(307);
  }
  expect((await bare.get(`${API}/systems?stauts=unknown`, by(reading.key))).status()).toBe(400);
  expect((await bare.get(`${API}/systems`, by(`${reading.key}x`))).status()).toBe(401);
  // A session beside a key is nothing.
  expect((await owner.post(`${API}/clients`, { data: client, ...by(reading.key) })).status()).toBe(403);
  const technician = await newKey(
    ['read', 'findings'],
    await signedInContext(access.webUrl, roleOf('technician')),
  );
  expect((await bare.get(`${API}/audit/csv`, by(technician.key))).status()).toBe(403);
});

test('what is marked is done once, what was changed meanwhile is not overwritten, and every answer says what is left', async () => {
  const { personalKeyId, key } = await newKey();
  const mark = `test-${Date.now()}`;
  const add = (name: string) =>
    bare.post(`${API}/clients`, {
      data: { name, timeZone: 'Europe/Oslo' },
      ...by(key, { 'idempotency-key': mark }),
    });
  const first = await add(`Once ${mark}`);
  expect(first.status(), await first.text()).toBe(201);
  const second = await add(`Once ${mark}`);
  expect([second.status(), second.headers()['idempotency-replayed']]).toEqual([201, 'true']);
  expect(await second.json()).toEqual(await first.json());
  expect((await add('Another')).status()).toBe(422);
  const found = await bare.get(`${API}/clients?search=Once ${mark}`, by(key));
  expect((await found.json()).data).toHaveLength(1);

  const made = await bare.post(`${API}/policies`, {
    data: { name: `Guarded ${mark}`, overrides: {} },
    ...by(key),
  });
  const { policyId } = await made.json();
  expect(made.status(), await made.text()).toBe(201);
  const read = () => bare.get(`${API}/policies/${policyId}`, by(key));
  const { etag = '' } = (await read()).headers();
  const same = await bare.get(`${API}/policies/${policyId}`, by(key, { 'if-none-match': etag }));
  expect([same.status(), (await same.body()).length]).toEqual([304, 0]);
  const rename = (name: string, tag: string) =>
    bare.patch(`${API}/policies/${policyId}`, { data: { name }, ...by(key, { 'if-match': tag }) });
  expect((await rename(`Guarded ${mark} 2`, etag)).status()).toBe(204);
  expect((await rename(`Guarded ${mark} 3`, etag)).status()).toBe(412);
  const after = await read();
  expect((await after.json()).name).toBe(`Guarded ${mark} 2`);
  const { 'ratelimit-limit': limit, 'ratelimit-remaining': left } = after.headers();
  expect([limit, Number(left) < 200]).toEqual(['200', true]);
  expect((await bare.delete(`${API}/policies/${policyId}`, by(key))).status()).toBe(204);

  const asked = await Promise.all(Array.from({ length: 260 }, () => bare.get(`${API}/me`, by(key))));
  const refused = asked.filter((response) => response.status() === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(Number(refused[0]?.headers()['retry-after'])).toBeGreaterThan(0);
  const ended = await owner.delete(`${API}/personal-keys/${personalKeyId}`, {
    headers: { origin: access.webUrl },
  });
  expect(ended.status()).toBe(204);
  expect((await read()).status()).toBe(401);
});

test('the examples of the guide run as they stand', async () => {
  test.skip(!requireTool('curl'), 'curl is not installed');
  const { key } = await newKey(ALL);
  const guide = readFileSync(path.resolve(import.meta.dirname, '../docs/api.md'), 'utf8');
  const examples = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(3);
  for (const example of examples) {
    // a client's name is taken once
    const text = example.replace('Ferncliff Dental', `Ferncliff Dental ${Date.now()}`);
    const answer = execFileSync('bash', ['-euo', 'pipefail', '-c', text], {
      encoding: 'utf8',
      env: { ...process.env, HOLDFAST_URL: access.webUrl, HOLDFAST_KEY: key },
    });
    expect(() => JSON.parse(answer), `${example}\n${answer}`).not.toThrow();
  }
});

test('a key is made on the screen, shown once, works, and is revoked; the reference tells how', async ({
  browser,
}) => {
  const context = await browser.newContext({ storageState: await owner.storageState() });
  const page = await context.newPage();
  await page.goto(`${access.webUrl}/settings/api-keys`);
  await page.getByRole('button', { name: 'Make a key' }).click();
  const name = `Dashboard ${Date.now()}`;
  await page.getByLabel('What it is for').fill(name);
  await page.getByRole('button', { name: 'Make the key' }).click();
  const dialog = page.getByRole('dialog');
  const key = (await dialog.locator('code').textContent()) ?? '';
  expect((await bare.get(`${API}/me`, by(key))).status()).toBe(200);
  await page.keyboard.press('Escape');
  const row = page.getByRole('row', { name });
  await expect(row).toContainText('read');
  expect(await violationsOf(page)).toEqual([]);
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await expect(row).toContainText('Revoked');
  expect((await bare.get(`${API}/me`, by(key))).status()).toBe(401);
  await page.getByRole('link', { name: 'reference' }).click();
  await expect(page.getByRole('heading', { name: 'API reference' })).toBeVisible();
  await page.getByText('/api/v1/systems/{systemId}', { exact: true }).click();
  await expect(page.getByText('dataSets[].copies', { exact: true }).first()).toBeVisible();
  await context.close();
});
