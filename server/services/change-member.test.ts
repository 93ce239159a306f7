import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Role } from '@/domain/access/permissions';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { demoPersonScope, workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { listMembers, type Member } from '../data/identity-members';
import { resolveSession } from '../data/identity-sessions';
import type { TenantScope } from '../tenancy/tenant-scope';
import {
  type AccessForm,
  accessForm,
  changeMember,
  deactivateMember,
  reactivateMember,
} from './change-member';
import { createPerson } from './create-person';
import { signIn } from './sign-in';

const PASSWORD = 'seven grey herons wade';
const [mspId, otherMspId, clientId, foreignClientId] = [v7(), v7(), v7(), v7()] as const;
const WHOLE = { role: 'technician', clientIds: '*' } as const;

let testDatabase: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let alice: string;
let bob: string;
let charlie: string;
let mallory: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const contextKey = setting('contextKey');
  web = openDatabase({ url: testDatabase.webUrl, contextKey });
  worker = openDatabase({ url: testDatabase.workerUrl, contextKey });
  owner = new Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  await owner.query("INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'UTC'), ($2, 'Other', 'UTC')", [
    mspId,
    otherMspId,
  ]);
  await owner.query(
    `INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, 'Kettle & Rye', 'UTC'), ($3, $4, 'Theirs', 'UTC')`,
    [mspId, clientId, otherMspId, foreignClientId],
  );
});
afterAll(async () => {
  await Promise.all([web.close(), worker.close(), owner.end()]);
  await testDatabase.drop();
});

beforeEach(async () => {
  await owner.query(
    'DELETE FROM identity.user_session; DELETE FROM identity.membership; DELETE FROM identity.person',
  );
  alice = await person(mspId, 'alice', 'owner');
  bob = await person(mspId, 'bob', 'technician');
  charlie = await person(mspId, 'charlie', 'admin');
  mallory = await person(otherMspId, 'mallory', 'owner');
});

function person(ofMsp: string, name: string, role: Role): Promise<string> {
  return createPerson(worker, workerScope(ofMsp), {
    email: `${name}@quillmark.example`,
    name,
    password: PASSWORD,
    role,
    totpSecret: null,
    isDemo: false,
  });
}

function as(personId: string, role: Role, ofMsp = mspId): TenantScope {
  return demoPersonScope({ mspId: ofMsp, personId, role });
}

async function memberOf(personId: string): Promise<Member | undefined> {
  const members = await web.inScope(as(alice, 'owner'), (tx) => listMembers(tx));
  return members.find((member) => member.personId === personId);
}

async function sessionOf(name: string): Promise<string> {
  const attempt = { email: `${name}@quillmark.example`, password: PASSWORD, code: '', userAgent: null };
  const outcome = await signIn(web, { ...attempt, address: null }, 'http://127.0.0.1:3000', Date.now());
  if (outcome.outcome !== 'signed-in') throw new Error(`${name} was ${outcome.outcome}`);
  return outcome.sessionId;
}

test('another role and fewer clients hold from the next request on', async () => {
  const sessionId = await sessionOf('bob');
  await changeMember(web, as(charlie, 'admin'), bob, { role: 'read-only', clientIds: [clientId] });
  expect(await resolveSession(web, sessionId)).toMatchObject({ role: 'read-only', clientIds: [clientId] });
  await changeMember(web, as(charlie, 'admin'), bob, WHOLE);
  expect(await resolveSession(web, sessionId)).toMatchObject({ role: 'technician', clientIds: '*' });
});

test('who is deactivated is signed out at the next request and cannot sign in until let in again', async () => {
  const sessionId = await sessionOf('bob');
  await deactivateMember(web, as(alice, 'owner'), bob);
  expect(await resolveSession(web, sessionId)).toBeNull();
  await expect(sessionOf('bob')).rejects.toThrow('bob was refused');
  expect((await memberOf(bob))?.revokedAt).toBeInstanceOf(Date);
  await reactivateMember(web, as(alice, 'owner'), bob);
  expect(await resolveSession(web, sessionId), 'the old session stays ended').toBeNull();
  expect(await resolveSession(web, await sessionOf('bob'))).toMatchObject({ role: 'technician' });
});

test('the last owner stays one, and nobody deactivates themselves', async () => {
  await expect(changeMember(web, as(alice, 'owner'), alice, WHOLE)).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(deactivateMember(web, as(charlie, 'admin'), charlie)).rejects.toMatchObject({
    code: 'conflict',
  });
  await changeMember(web, as(alice, 'owner'), bob, { role: 'owner', clientIds: '*' });
  await changeMember(web, as(alice, 'owner'), alice, WHOLE);
  expect(await memberOf(alice)).toMatchObject({ role: 'technician' });
});

test('two owners who take each other’s role at once leave one', async () => {
  await changeMember(web, as(alice, 'owner'), bob, { role: 'owner', clientIds: '*' });
  const outcomes = await Promise.allSettled([
    changeMember(web, as(alice, 'owner'), bob, WHOLE),
    changeMember(web, as(bob, 'owner'), alice, WHOLE),
  ]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('an admin makes no owner, and touches none', async () => {
  const admin = as(charlie, 'admin');
  for (const personId of [bob, charlie])
    await expect(changeMember(web, admin, personId, { role: 'owner', clientIds: '*' })).rejects.toMatchObject(
      { code: 'forbidden' },
    );
  await expect(changeMember(web, admin, alice, WHOLE)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(deactivateMember(web, admin, alice)).rejects.toMatchObject({ code: 'forbidden' });
});

test('a technician changes nobody, past every other check', async () => {
  await expect(changeMember(web, as(bob, 'technician'), bob, WHOLE)).rejects.toThrow('may not change people');
});

test('another MSP’s person and client are not there', async () => {
  const scope = as(alice, 'owner');
  for (const personId of [mallory, v7()]) {
    await expect(changeMember(web, scope, personId, WHOLE)).rejects.toMatchObject({ code: 'not-found' });
    await expect(deactivateMember(web, scope, personId)).rejects.toMatchObject({ code: 'not-found' });
    await expect(reactivateMember(web, scope, personId)).rejects.toMatchObject({ code: 'not-found' });
  }
  const theirs: AccessForm = { role: 'technician', clientIds: [clientId, foreignClientId] };
  await expect(changeMember(web, scope, bob, theirs)).rejects.toMatchObject({ code: 'not-found' });
  expect(await memberOf(mallory)).toBeUndefined();
});

test('owners and admins cannot be limited to clients, nor anybody to none', () => {
  expect(accessForm.safeParse({ role: 'admin', clientIds: [clientId] }).success).toBe(false);
  expect(accessForm.safeParse({ role: 'technician', clientIds: [] }).success).toBe(false);
  expect(accessForm.safeParse({ role: 'technician', clientIds: [clientId] }).success).toBe(true);
});

test('each change is in the MSP’s log, and a refused one is not', async () => {
  await owner.query('TRUNCATE audit.event CASCADE; TRUNCATE audit.head');
  const scope = as(alice, 'owner');
  await changeMember(web, scope, bob, { role: 'technician', clientIds: [clientId] });
  await deactivateMember(web, scope, bob);
  await reactivateMember(web, scope, bob);
  await expect(deactivateMember(web, scope, alice)).rejects.toMatchObject({ code: 'conflict' });
  const { rows } = await owner.query<{ action: string; actor_id: string }>(
    'SELECT action, actor_id FROM audit.event ORDER BY seq',
  );
  expect(rows).toEqual(
    ['person.access-changed', 'person.deactivated', 'person.reactivated'].map((action) => ({
      action,
      actor_id: alice,
    })),
  );
});
