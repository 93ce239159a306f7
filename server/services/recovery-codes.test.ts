import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { workerScope } from '../auth/system-scope';
import { newTotpSecret } from '../auth/totp';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { countRecoveryCodes } from '../data/identity-account';
import { resolveSession } from '../data/identity-sessions';
import { openSmtpSink } from '../mail/testing/smtp-sink';
import { makeRecoveryCodes } from './change-account';
import { createPerson } from './create-person';
import { sendDueMail } from './send-due-mail';
import { signIn, type SignInOutcome } from './sign-in';

const PASSWORD = 'seven grey herons wade';
const EMAIL = 'alice@quillmark.example';
const mspId = v7();

let testDatabase: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let aliceId: string;
let sessionId: string;

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
  await owner.query(`DELETE FROM app.mail_outbox; DELETE FROM identity.recovery_code; DELETE FROM identity.user_session; DELETE FROM identity.membership;
    DELETE FROM identity.person; DELETE FROM identity.sign_in_throttle`);
  const person = { name: 'Alice', email: EMAIL, password: PASSWORD, role: 'technician' } as const;
  aliceId = await createPerson(worker, workerScope(mspId), {
    ...person,
    totpSecret: newTotpSecret(),
    isDemo: false,
  });
  sessionId = v7();
  await openAsOwner(2);
});

/** A session of hers, without the wait for a fresh code of the authenticator. */
async function openAsOwner(aal: 1 | 2): Promise<void> {
  await owner.query(
    "INSERT INTO identity.user_session (session_id, person_id, msp_id, aal, expires_at) VALUES ($1, $2, $3, $4, now() + interval '1 hour')",
    [sessionId, aliceId, mspId, aal],
  );
}

function make(currentPassword = PASSWORD): Promise<string[]> {
  const holder = { sessionId, mspId, personId: aliceId, name: 'Alice', email: EMAIL, address: '192.0.2.7' };
  return makeRecoveryCodes(web, holder, { currentPassword }, Date.now());
}

function enter(code: string, password = PASSWORD): Promise<SignInOutcome> {
  const attempt = { email: EMAIL, password, code, address: '192.0.2.7', userAgent: null };
  return signIn(web, attempt, 'http://127.0.0.1:3000', Date.now());
}

test('a code stands in once for the authenticator, however it is typed, and the count goes down', async () => {
  const [first = '', second = ''] = await make();
  expect(await countRecoveryCodes(web, sessionId)).toBe(10);
  const outcome = await enter(` ${first.toUpperCase().replace('-', ' ')} `);
  expect(outcome).toMatchObject({ outcome: 'signed-in' });
  const opened = outcome.outcome === 'signed-in' ? outcome.sessionId : '';
  expect(await resolveSession(web, opened)).toMatchObject({ personId: aliceId, aal: 2 });
  expect(await enter(first)).toEqual({ outcome: 'code-refused' });
  expect(await countRecoveryCodes(web, opened)).toBe(9);
  expect(await enter(second)).toMatchObject({ outcome: 'signed-in' });
  expect(await countRecoveryCodes(web, opened)).toBe(8);
});

test('of many who use one code at once, one signs in', async () => {
  const [code = ''] = await make();
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => enter(code)));
  expect(outcomes.filter(({ outcome }) => outcome === 'signed-in')).toHaveLength(1);
});

test('a code opens nothing without the password, nor for somebody else', async () => {
  const [code = ''] = await make();
  expect(await enter(code, 'wrong')).toEqual({ outcome: 'refused' });
  const bob = 'bob@quillmark.example';
  const person = { name: 'Bob', email: bob, password: PASSWORD, role: 'technician', isDemo: false } as const;
  await createPerson(worker, workerScope(mspId), { ...person, totpSecret: newTotpSecret() });
  const attempt = { email: bob, password: PASSWORD, code, address: null, userAgent: null };
  expect(await signIn(web, attempt, 'http://127.0.0.1:3000', Date.now())).toEqual({
    outcome: 'code-refused',
  });
  expect(await enter(code)).toMatchObject({ outcome: 'signed-in' });
});

test('guessing codes is limited like guessing passwords', async () => {
  await make();
  for (let i = 0; i < 5; i++) expect(await enter('aaaaa-aaaaa')).toEqual({ outcome: 'code-refused' });
  expect(await enter('aaaaa-aaaaa')).toMatchObject({ outcome: 'wait' });
});

test('new codes replace the old ones, and take the password and a second factor', async () => {
  const [old = ''] = await make();
  await expect(make('wrong')).rejects.toMatchObject({ fields: { currentPassword: expect.any(String) } });
  const [fresh = ''] = await make();
  expect(await enter(old)).toEqual({ outcome: 'code-refused' });
  expect(await enter(fresh)).toMatchObject({ outcome: 'signed-in' });
  sessionId = v7();
  await openAsOwner(1);
  await expect(make()).rejects.toMatchObject({ code: 'conflict' });
});

test('the database keeps no code, and the log says that one was used', async () => {
  const codes = await make();
  await enter(codes[0] ?? '');
  const { rows } = await owner.query('SELECT c::text AS row FROM identity.recovery_code c');
  expect(rows).toHaveLength(10);
  for (const code of codes) expect(JSON.stringify(rows)).not.toContain(code.replace('-', ''));
  const { rows: events } = await owner.query<{ body: string }>(
    'SELECT body FROM audit.instance_event ORDER BY seq DESC LIMIT 1',
  );
  expect(JSON.parse(events[0]?.body ?? '{}')).toMatchObject({
    action: 'sign-in.accepted',
    actor: aliceId,
    details: { recovery_codes_left: 9 },
  });
});

test('that codes were made and that one was used is told by mail, at the address that is stored', async () => {
  const [code = ''] = await make();
  const attempt = {
    email: ' Alice@Quillmark.example',
    password: PASSWORD,
    code,
    address: null,
    userAgent: null,
  };
  await signIn(web, attempt, 'http://127.0.0.1:3000', Date.now());
  await enter('aaaaa-aaaaa');
  const smtp = await openSmtpSink();
  const settings = { smtpUrl: smtp.url, mailFrom: 'holdfast@quillmark.example', dataDir: '/nowhere' };
  await sendDueMail(worker, mspId, settings, () => new Date());
  await smtp.close();
  expect(smtp.received).toMatchObject([{ to: [EMAIL] }, { to: [EMAIL] }]);
  expect(smtp.received[0]?.source).toContain('New recovery codes');
  expect(smtp.received[1]?.source).toContain('9 codes are left');
});
