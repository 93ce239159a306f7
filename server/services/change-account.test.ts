import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { workerScope } from '../auth/system-scope';
import { newTotpSecret } from '../auth/totp';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import {
  listSessions,
  resolveSession,
  revokeOtherSessions,
  revokeOwnSession,
} from '../data/identity-sessions';
import { type AccountHolder, changeAuthenticator, changePassword } from './change-account';
import { createPerson } from './create-person';
import { signIn } from './sign-in';

const PASSWORD = 'seven grey herons wade';
const NEW_PASSWORD = 'nine slow barges drift past';
const EMAIL = 'alice@quillmark.example';
const mspId = v7();

let testDatabase: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let aliceId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const contextKey = setting('contextKey');
  web = openDatabase({ url: testDatabase.webUrl, contextKey });
  worker = openDatabase({ url: testDatabase.workerUrl, contextKey });
  owner = new Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  await owner.query("INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'UTC')", [mspId]);
});
afterAll(async () => {
  await Promise.all([web.close(), worker.close(), owner.end()]);
  await testDatabase.drop();
});
beforeEach(async () => {
  await owner.query(`DELETE FROM app.mail_outbox; DELETE FROM identity.user_session; DELETE FROM identity.membership; DELETE FROM identity.person;
    DELETE FROM identity.sign_in_throttle`);
  aliceId = await makePerson(EMAIL, 'Alice');
});

function makePerson(email: string, name: string): Promise<string> {
  return createPerson(worker, workerScope(mspId), {
    email,
    name,
    password: PASSWORD,
    role: 'technician',
    totpSecret: null,
    isDemo: false,
  });
}

async function open(email = EMAIL, password = PASSWORD, code = ''): Promise<string> {
  const attempt = { email, password, code, address: '192.0.2.7', userAgent: 'Firefox' };
  const outcome = await signIn(web, attempt, 'http://127.0.0.1:3000', Date.now());
  if (outcome.outcome !== 'signed-in') throw new Error(`${email} was ${outcome.outcome}`);
  return outcome.sessionId;
}

function holder(sessionId: string): AccountHolder {
  return { sessionId, mspId, personId: aliceId, name: 'Alice', email: EMAIL, address: '192.0.2.7' };
}

function change(sessionId: string, currentPassword: string, newPassword: string): Promise<void> {
  return changePassword(web, holder(sessionId), { currentPassword, newPassword }, Date.now());
}

/** What waits to be told, oldest first. */
async function told(): Promise<string[]> {
  const { rows } = await owner.query<{ kind: string }>(
    'SELECT kind FROM app.mail_outbox WHERE msp_id = $1 AND person_id = $2 ORDER BY mail_id',
    [mspId, aliceId],
  );
  return rows.map(({ kind }) => kind);
}

test('a new password ends the other sessions and is the only one that signs in', async () => {
  const [mine, other] = [await open(), await open()];
  await change(mine, PASSWORD, NEW_PASSWORD);
  expect(await resolveSession(web, mine)).not.toBeNull();
  expect(await resolveSession(web, other)).toBeNull();
  await expect(open()).rejects.toThrow('refused');
  await open(EMAIL, NEW_PASSWORD);
  expect(await told()).toEqual(['password-changed']);
});

test('the current password is asked for, and guessing it is limited', async () => {
  const mine = await open();
  const guess = () => change(mine, 'wrong', NEW_PASSWORD);
  for (let i = 0; i < 5; i++) await expect(guess()).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(guess()).rejects.toMatchObject({ code: 'rate-limited' });
  expect(await resolveSession(web, mine)).not.toBeNull();
  expect(await told()).toEqual([]);
});

test('a new password follows the rules for passwords', async () => {
  const mine = await open();
  for (const newPassword of ['too short 1234', 'aliceholdfastalice', 'passwordpassword'])
    await expect(change(mine, PASSWORD, newPassword)).rejects.toMatchObject({
      fields: { newPassword: expect.any(String) },
    });
});

test('an authenticator is set up with a code that it made, which sign-in does not take again', async () => {
  const [mine, other] = [await open(), await open()];
  const totpSecret = newTotpSecret();
  const code = (atMs = Date.now()) =>
    new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate({ timestamp: atMs });
  const set = (totpCode: string) =>
    changeAuthenticator(web, holder(mine), { currentPassword: PASSWORD, totpSecret, totpCode }, Date.now());
  await expect(set('000000')).rejects.toMatchObject({ fields: { totpCode: expect.any(String) } });
  const spent = code();
  await set(spent);
  expect(await resolveSession(web, mine)).toMatchObject({ aal: 2 });
  expect(await resolveSession(web, other)).toBeNull();
  await expect(open()).rejects.toThrow('code-needed');
  await expect(open(EMAIL, PASSWORD, spent)).rejects.toThrow('code-refused');
  await open(EMAIL, PASSWORD, code(Date.now() + 30_000));
  expect(await told()).toEqual(['authenticator-changed']);
});

test('one’s own sessions are listed and end one by one or all but this', async () => {
  const [mine, other, third] = [await open(), await open(), await open()];
  expect(await listSessions(web, mine)).toHaveLength(3);
  expect((await listSessions(web, mine))[0]).toMatchObject({ address: '192.0.2.7', userAgent: 'Firefox' });
  expect(await revokeOwnSession(web, mine, other)).toBe(true);
  expect(await revokeOwnSession(web, mine, other)).toBe(false);
  expect(await resolveSession(web, other)).toBeNull();
  expect(await revokeOtherSessions(web, mine)).toBe(1);
  expect(await resolveSession(web, third)).toBeNull();
  expect(await resolveSession(web, mine)).not.toBeNull();
});

test('nobody ends another’s session or changes their account, nor with a session that is over', async () => {
  await makePerson('bob@quillmark.example', 'Bob');
  const [mine, bobs] = [await open(), await open('bob@quillmark.example')];
  expect(await revokeOwnSession(web, mine, bobs)).toBe(false);
  expect(await revokeOtherSessions(web, mine)).toBe(0);
  expect(await resolveSession(web, bobs)).not.toBeNull();
  await owner.query('UPDATE identity.user_session SET revoked_at = now() WHERE session_id = $1', [mine]);
  expect(await listSessions(web, mine)).toEqual([]);
  expect(await revokeOtherSessions(web, mine)).toBe(0);
  await expect(change(mine, PASSWORD, NEW_PASSWORD)).rejects.toMatchObject({ code: 'not-found' });
});
