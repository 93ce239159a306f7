import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { demoPersonScope, ownAccountScope, setUpScope } from '../auth/system-scope';
import { setting } from '../config';
import { createPerson } from '../services/create-person';
import { signIn } from '../services/sign-in';
import { type Database, openDatabase } from './database';
import { readSignIns, streamSignIns } from './sign-ins';

const PASSWORD = 'seven grey herons wade';
const [mspId, otherMspId] = [v7(), v7()] as const;

let testDatabase: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let alice: string;
let bob: string;
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
  alice = await person('alice', 'owner', mspId);
  bob = await person('bob', 'technician', mspId);
  mallory = await person('mallory', 'owner', otherMspId);
  for (const name of ['alice', 'bob', 'mallory']) await attempt(name, PASSWORD);
  await attempt('bob', 'a guess');
  await attempt('nobody', 'a guess');
});
afterAll(async () => {
  await Promise.all([web.close(), worker.close(), owner.end()]);
  await testDatabase.drop();
});

function person(name: string, role: 'owner' | 'technician', of: string): Promise<string> {
  const is = { email: `${name}@quillmark.example`, name, password: PASSWORD, role };
  return createPerson(worker, setUpScope(of, null), { ...is, totpSecret: null, isDemo: false });
}

function attempt(name: string, password: string) {
  const from = { code: '', address: '203.0.113.7', userAgent: 'curl/8' };
  const email = `${name}@quillmark.example`;
  return signIn(web, { email, password, ...from }, 'http://127.0.0.1:4000', Date.now());
}

const own = (personId: string, of = mspId) => ownAccountScope(of, personId);
const owners = () => demoPersonScope({ mspId, personId: alice, role: 'owner' });

test('everybody sees their own, accepted and refused, newest first', async () => {
  const { signIns, next } = await readSignIns(web, own(bob), bob, null);
  expect(signIns).toMatchObject([
    { personId: bob, how: null, reason: 'password', address: '203.0.113.7', userAgent: null },
    { personId: bob, how: 'password', reason: null, address: '203.0.113.7', userAgent: 'curl/8' },
  ]);
  expect(next).toBeNull();
});

test('nobody sees another’s but their owner, and nobody those of another MSP', async () => {
  await expect(readSignIns(web, own(bob), alice, null)).rejects.toThrow(/may not see these sign-ins/);
  await expect(readSignIns(web, own(bob), null, null)).rejects.toThrow(/may not see these sign-ins/);
  const admin = demoPersonScope({ mspId, personId: alice, role: 'admin' });
  await expect(readSignIns(web, admin, null, null)).rejects.toThrow(/may not see these sign-ins/);
  const { signIns } = await readSignIns(web, owners(), null, null);
  expect(signIns.map(({ name, how }) => [name, how])).toEqual([
    ['bob', null],
    ['bob', 'password'],
    ['alice', 'password'],
  ]);
  expect((await readSignIns(web, owners(), mallory, null)).signIns).toEqual([]);
});

test('pages follow each other without a gap, also where many happened at once; the file has all', async () => {
  await owner.query(
    `INSERT INTO identity.user_session (session_id, person_id, msp_id, aal, created_at, expires_at)
     SELECT gen_random_uuid(), $1, $2, 1, timestamptz '2026-01-01' + n / 20 * interval '1 minute', now() FROM generate_series(1, 60) n`,
    [alice, mspId],
  );
  const seen: string[] = [];
  let before: string | null = null;
  do {
    const page = await readSignIns(web, owners(), null, before);
    expect(page.signIns.length).toBeLessThanOrEqual(25);
    seen.push(...page.signIns.map(({ signInId }) => signInId));
    before = page.next;
  } while (before !== null);
  const all: string[] = [];
  for await (const { signInId } of streamSignIns(web, owners(), null)) all.push(signInId);
  expect(all).toHaveLength(63);
  expect(seen).toEqual(all);
  expect(new Set(seen).size).toBe(63);
});
