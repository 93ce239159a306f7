import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { appendAuditEvent } from '../data/audit';
import { claimAnswer, keepAnswer, listPersonalKeys, resolvePersonalKey } from '../data/personal-keys';
import { secretHash } from '../secret-hash';
import { makeTenantScope } from '../tenancy/tenant-scope';
import {
  makePersonalKey,
  PERSONAL_KEY_SHAPE,
  personalKeyForm,
  revokePersonalKey,
} from './manage-personal-keys';

const NOW = Date.now();
const DAY = 24 * HOUR;

let cast: ScreenCast;
let ours: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  const { personId, name } = ours.person;
  const email = `${personId}@holdfast.example`;
  await cast.rows(
    'INSERT INTO identity.person (person_id, name, email, password_hash) VALUES ($1, $2, $3, $4)',
    [personId, name, email, 'none that a password has'],
  );
  await cast.rows("INSERT INTO identity.membership (msp_id, person_id, role) VALUES ($1, $2, 'owner')", [
    ours.mspId,
    personId,
  ]);
});
afterAll(() => cast.close());

const form = (changed: object = {}) =>
  personalKeyForm.parse({
    name: 'Dashboard',
    scopes: ['read'],
    clientIds: '*',
    expiresAt: new Date(NOW + DAY).toISOString(),
    ...changed,
  });
const make = (changed: object = {}, role: 'owner' | 'technician' | 'read-only' = 'owner') =>
  makePersonalKey(cast.web, ours.scope(role), role, form(changed), NOW);
const whoseIs = (key: string) => resolvePersonalKey(cast.web, secretHash(key));

test('a key is shown once, kept as a hash, and acts as its person', async () => {
  const { personalKeyId, key } = await make();
  expect(key).toMatch(PERSONAL_KEY_SHAPE);
  expect(await whoseIs(key)).toMatchObject({
    personalKeyId,
    personId: ours.person.personId,
    mspId: ours.mspId,
    role: 'owner',
    clientIds: '*',
    keyClientIds: '*',
    scopes: ['read'],
  });
  expect(await whoseIs(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
  const kept = await cast.rows('SELECT row_to_json(k)::text AS all FROM identity.personal_key k');
  expect(JSON.stringify(kept)).not.toContain(key.slice(20));
  const [listed] = await cast.web.inScope(ours.scope('owner'), listPersonalKeys);
  expect(listed).toMatchObject({ personalKeyId, name: 'Dashboard', personName: ours.person.name });
  expect(listed?.lastUsedAt).toBeInstanceOf(Date);
});

test('a key that was revoked, ended, or whose person was shut out or limited, is worth that much less at the next request', async () => {
  const { personalKeyId, key } = await make();
  await cast.rows('UPDATE identity.membership SET role = $2, client_ids = $3 WHERE person_id = $1', [
    ours.person.personId,
    'technician',
    [ours.clientId],
  ]);
  expect(await whoseIs(key)).toMatchObject({ role: 'technician', clientIds: [ours.clientId] });
  await cast.rows('UPDATE identity.membership SET revoked_at = now() WHERE person_id = $1', [
    ours.person.personId,
  ]);
  expect(await whoseIs(key)).toBeNull();
  await cast.rows(
    "UPDATE identity.membership SET revoked_at = NULL, role = 'owner', client_ids = NULL WHERE person_id = $1",
    [ours.person.personId],
  );
  await cast.rows('INSERT INTO identity.sign_in_rule (msp_id, code_roles) VALUES ($1, $2)', [
    ours.mspId,
    ['owner'],
  ]);
  expect(await whoseIs(key)).toBeNull();
  await cast.rows('DELETE FROM identity.sign_in_rule WHERE msp_id = $1', [ours.mspId]);
  expect(await whoseIs(key)).not.toBeNull();
  await revokePersonalKey(cast.web, ours.scope('owner'), personalKeyId);
  expect(await whoseIs(key)).toBeNull();
  await expect(revokePersonalKey(cast.web, ours.scope('owner'), personalKeyId)).rejects.toMatchObject({
    code: 'not-found',
  });
  const short = await make();
  await cast.rows(
    "UPDATE identity.personal_key SET created_at = now() - interval '2 days', expires_at = now() WHERE personal_key_id = $1",
    [short.personalKeyId],
  );
  expect(await whoseIs(short.key)).toBeNull();
});

test('nobody makes a key beyond a year, into the past, of a scope or a client that they have not', async () => {
  const theirs = await cast.newMsp(`Another ${count}`);
  await expect(make({ expiresAt: new Date(NOW + 367 * DAY).toISOString() })).rejects.toMatchObject({
    fields: { expiresAt: expect.stringContaining('within a year') },
  });
  await expect(make({ expiresAt: new Date(NOW - 1).toISOString() })).rejects.toMatchObject({
    fields: { expiresAt: expect.stringContaining('future') },
  });
  await expect(make({ scopes: ['read', 'findings'] }, 'read-only')).rejects.toMatchObject({
    fields: { scopes: expect.stringContaining('findings') },
  });
  await expect(make({ clientIds: [theirs.clientId] })).rejects.toMatchObject({ code: 'not-found' });
  expect(await cast.web.inScope(ours.scope('owner'), listPersonalKeys)).toEqual([]);
});

test('a key is seen and revoked by its person and by who manages the MSP’s people, and by nobody else', async () => {
  const { personalKeyId } = await make({}, 'technician');
  const other = makeTenantScope({
    mspId: ours.mspId,
    clientIds: '*',
    actorId: '0198c4f2-0000-7000-8000-0000000000aa',
    role: 'technician',
  });
  const theirs = await cast.newMsp(`Another ${count}`);
  for (const scope of [other, theirs.scope('owner')]) {
    expect(await cast.web.inScope(scope, listPersonalKeys)).toEqual([]);
    await expect(revokePersonalKey(cast.web, scope, personalKeyId)).rejects.toMatchObject({
      code: 'not-found',
    });
  }
  for (const role of ['leader', 'auditor', 'api-key', 'agent'] as const) {
    expect(await cast.web.inScope(ours.scope(role), listPersonalKeys)).toEqual([]);
    await expect(makePersonalKey(cast.web, ours.scope(role), 'owner', form(), NOW)).rejects.toThrow(
      'may not make keys',
    );
  }
  const admin = makeTenantScope({ mspId: ours.mspId, clientIds: '*', actorId: other.actorId, role: 'admin' });
  expect(await cast.web.inScope(admin, listPersonalKeys)).toHaveLength(1);
  await revokePersonalKey(cast.web, admin, personalKeyId);
});

test('who sees some clients alone makes and ends keys of these, and of no other', async () => {
  const other = await ours.newClient('Harrowmere');
  const limited = makeTenantScope({
    mspId: ours.mspId,
    clientIds: [ours.clientId],
    actorId: ours.person.personId,
    role: 'technician',
  });
  const by = (clientIds: '*' | string[]) =>
    makePersonalKey(cast.web, limited, 'technician', form({ clientIds }), NOW);
  await expect(by([ours.clientId, other])).rejects.toMatchObject({ code: 'not-found' });
  const { personalKeyId } = await by([ours.clientId]);
  await by('*');
  expect(await cast.web.inScope(limited, listPersonalKeys)).toHaveLength(2);
  await revokePersonalKey(cast.web, limited, personalKeyId);
});

test('what a person does by a key says so in the log', async () => {
  const { personalKeyId } = await make();
  const { mspId, person } = ours;
  const scope = makeTenantScope({
    mspId,
    clientIds: '*',
    actorId: person.personId,
    role: 'owner',
    personalKeyId,
  });
  await cast.web.inScope(scope, (tx) =>
    appendAuditEvent(tx, { action: 'client.created', target: {}, details: { name: 'x' } }),
  );
  const [event] = await cast.rows(
    "SELECT body FROM audit.event WHERE msp_id = $1 AND action = 'client.created' ORDER BY seq DESC LIMIT 1",
    [mspId],
  );
  expect(JSON.parse(String(event?.['body']))).toMatchObject({
    actor: { id: person.personId },
    details: { name: 'x', personalKeyId },
  });
});

test('a request that was marked is done once: its answer is kept, another one under the mark is not', async () => {
  const { personalKeyId } = await make();
  const one = secretHash('one');
  const claim = (sha = one, id = personalKeyId) => claimAnswer(cast.web, id, 'mark', sha);
  const claims = await Promise.all([claim(), claim(), claim()]);
  expect(claims.toSorted()).toEqual(['mine', 'under-way', 'under-way']);
  expect(await claim(secretHash('two'))).toBe('other');
  await keepAnswer(cast.web, personalKeyId, 'mark', null);
  expect(await claim()).toBe('mine');
  const answer = { status: 201, body: '{"a":1}', contentType: 'application/json' };
  await keepAnswer(cast.web, personalKeyId, 'mark', answer);
  await keepAnswer(cast.web, personalKeyId, 'mark', { ...answer, status: 204 });
  expect(await claim()).toEqual(answer);
  expect(await claim(one, (await make()).personalKeyId)).toBe('mine');
  await cast.rows(
    "UPDATE identity.kept_answer SET claimed_at = now() - interval '25 hours' WHERE personal_key_id = $1",
    [personalKeyId],
  );
  expect(await claim()).toBe('mine');
});
