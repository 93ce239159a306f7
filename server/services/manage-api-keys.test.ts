import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { listApiKeys, resolveApiKey } from '../data/api-keys';
import { listApiRestoreTests, listClientPolicies, listVerdictsAsOf, type Slice } from '../data/evidence-api';
import { secretHash } from '../secret-hash';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { API_KEY_SHAPE, apiKeyForm, makeApiKey, revokeApiKey } from './manage-api-keys';

const NOW = Date.now();
const DAY = 24 * HOUR;
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const ALL: Slice = { after: null, limit: 100, clientId: null };

let cast: ScreenCast;
let ours: CastMsp;
let otherClientId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  otherClientId = await ours.newClient('Harrowmere');
  await (await ours.newAgent('fs-01')).backUp([CLOUD], new Date(NOW));
  await (await ours.newAgent('db-01', otherClientId)).backUp([CLOUD], new Date(NOW));
});
afterAll(() => cast.close());

const make = (clientIds: '*' | string[] = '*', scope = ours.scope('owner')) =>
  makeApiKey(
    cast.web,
    scope,
    'Owen Quill',
    apiKeyForm.parse({ name: 'GRC', clientIds, expiresAt: new Date(NOW + DAY).toISOString() }),
    NOW,
  );
const whoseIs = (key: string) => resolveApiKey(cast.web, secretHash(key));

async function scopeOf(key: string) {
  const found = await whoseIs(key);
  if (!found) throw new Error('nobody');
  const { mspId, clientIds, apiKeyId } = found;
  return makeTenantScope({ mspId, clientIds, actorId: apiKeyId, role: 'api-key' });
}

test('a key is shown once, kept as a hash, and found by it alone', async () => {
  const { apiKeyId, key } = await make();
  expect(key).toMatch(API_KEY_SHAPE);
  expect(await whoseIs(key)).toEqual({ apiKeyId, mspId: ours.mspId, clientIds: '*' });
  expect(await whoseIs(`${key.slice(0, -1)}_`)).toBeNull();
  const kept = await cast.rows(
    'SELECT row_to_json(k)::text AS all FROM identity.api_key k WHERE api_key_id = $1',
    [apiKeyId],
  );
  expect(JSON.stringify(kept)).not.toContain(key.slice(20));
  const [listed] = await cast.web.inScope(ours.scope('owner'), listApiKeys);
  expect(listed?.lastUsedAt).toBeInstanceOf(Date);
});

test('a revoked key, and one that ran out, are nobody’s at the next request', async () => {
  const first = await make();
  await revokeApiKey(cast.web, ours.scope('owner'), first.apiKeyId);
  expect(await whoseIs(first.key)).toBeNull();
  const second = await make();
  await cast.rows(
    "UPDATE identity.api_key SET created_at = now() - interval '2 h', expires_at = now() - interval '1 s' WHERE api_key_id = $1",
    [second.apiKeyId],
  );
  expect(await whoseIs(second.key)).toBeNull();
});

test('a key of some clients reads those and no others', async () => {
  const scope = await scopeOf((await make([ours.clientId])).key);
  const policies = await listClientPolicies(cast.web, scope, ALL, new Date(NOW));
  expect(policies.map(({ clientId }) => clientId)).toEqual([ours.clientId]);
  const verdicts = await listVerdictsAsOf(cast.web, scope, ALL, new Date(NOW), new Date(NOW));
  expect(verdicts).toMatchObject([{ system: { name: 'fs-01' }, asOf: { kind: 'judged' } }]);
  const others = { ...ALL, clientId: otherClientId };
  expect(await listVerdictsAsOf(cast.web, scope, others, new Date(NOW), new Date(NOW))).toEqual([]);
  expect(await listClientPolicies(cast.web, scope, others, new Date(NOW))).toEqual([]);
});

test('as of a day before anything was reported there is no verdict, and none is made up', async () => {
  const scope = await scopeOf((await make()).key);
  const told = await listVerdictsAsOf(cast.web, scope, ALL, new Date(NOW - 100 * DAY), new Date(NOW));
  expect(told).toHaveLength(2);
  for (const { asOf } of told) expect(asOf.kind).not.toBe('judged');
});

test('a list goes on after the last id', async () => {
  const scope = await scopeOf((await make()).key);
  const now = new Date(NOW);
  const [first] = await listVerdictsAsOf(cast.web, scope, { ...ALL, limit: 1 }, now, now);
  const after = first?.system.systemId ?? null;
  const rest = await listVerdictsAsOf(cast.web, scope, { ...ALL, limit: 5, after }, now, now);
  expect(rest).toHaveLength(1);
  expect(rest[0]?.system.systemId).not.toBe(after);
  const bounds = { from: new Date(0), to: now };
  expect(await listApiRestoreTests(cast.web, scope, ALL, bounds, now)).toEqual([]);
});

test('a key of another MSP is neither listed nor revoked, and takes no client of it', async () => {
  const { apiKeyId, key } = await make();
  const theirs = await cast.newMsp(`Northgate ${count}`);
  const mallory = theirs.scope('owner');
  expect(await cast.web.inScope(mallory, listApiKeys)).toEqual([]);
  await expect(revokeApiKey(cast.web, mallory, apiKeyId)).rejects.toMatchObject({ code: 'not-found' });
  await expect(make([ours.clientId], mallory)).rejects.toMatchObject({ code: 'not-found' });
  expect(await whoseIs(key)).not.toBeNull();
});
