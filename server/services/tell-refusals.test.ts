import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { slowTest } from '@/test/slow-test';
import { ownAccountScope, workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { listMspsWithRefusals, takeRefusals } from '../data/identity-refusals';
import { openSmtpSink } from '../mail/testing/smtp-sink';
import { createPerson } from './create-person';
import { sendDueMail } from './send-due-mail';
import { signIn } from './sign-in';
import { tellRefusals } from './tell-refusals';

const PASSWORD = 'seven grey herons wade';
const EMAIL = 'alice@quillmark.example';
const [mspId, otherMspId] = [v7(), v7()];

let at: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;

beforeAll(async () => {
  at = await createTestDatabase();
  const contextKey = setting('contextKey');
  web = openDatabase({ url: at.webUrl, contextKey });
  worker = openDatabase({ url: at.workerUrl, contextKey });
  owner = new Client({ connectionString: at.ownerUrl });
  await owner.connect();
  const msps = "INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'UTC'), ($2, 'Other', 'UTC')";
  await owner.query(msps, [mspId, otherMspId]);
});
afterAll(async () => {
  await Promise.all([web.close(), worker.close(), owner.end()]);
  await at.drop();
});
beforeEach(async () => {
  await owner.query(`DELETE FROM app.mail_outbox; DELETE FROM identity.user_session; DELETE FROM identity.membership;
    DELETE FROM identity.person; DELETE FROM identity.sign_in_throttle`);
  const person = {
    name: 'Alice',
    password: PASSWORD,
    role: 'technician',
    totpSecret: null,
    isDemo: false,
  } as const;
  await createPerson(worker, workerScope(mspId), { ...person, email: EMAIL });
  await createPerson(worker, workerScope(otherMspId), { ...person, email: 'bob@other.example' });
});

/** Fails so many times, without the waits in between. */
async function fail(times: number, email = EMAIL, address = '203.0.113.9'): Promise<void> {
  for (let i = 0; i < times; i++) {
    await owner.query('UPDATE identity.sign_in_throttle SET blocked_until = now()');
    const attempt = { email, password: 'wrong', code: '', address, userAgent: null };
    await signIn(web, attempt, 'http://127.0.0.1:3000', Date.now());
  }
}

const tell = (ofMsp = mspId) => tellRefusals(worker, ofMsp, new Date());

test('who is guessed at ten times from one address hears of it by mail, once', async () => {
  await fail(9);
  expect(await listMspsWithRefusals(worker)).toEqual([]);
  await fail(1);
  expect(await listMspsWithRefusals(worker)).toEqual([mspId]);
  expect(await tell()).toBe(1);
  expect(await tell()).toBe(0);
  expect(await listMspsWithRefusals(worker)).toEqual([]);
  const smtp = await openSmtpSink();
  const settings = { smtpUrl: smtp.url, mailFrom: 'holdfast@quillmark.example', dataDir: '/nowhere' };
  await sendDueMail(worker, mspId, settings, () => new Date());
  await smtp.close();
  expect(smtp.received).toMatchObject([{ to: [EMAIL] }]);
  expect(smtp.received[0]?.source).toContain('failed 10 times');
  expect(smtp.received[0]?.source).toContain('203.0.113.9');
});

test('who guesses from many addresses fills no mailbox', async () => {
  for (const address of ['203.0.113.1', '2001:db8::1', '203.0.113.3']) await fail(10, EMAIL, address);
  expect(await tell()).toBe(1);
  await fail(10, EMAIL, '203.0.113.4');
  expect(await tell()).toBe(0);
});

slowTest('many addresses together are told as such', async () => {
  for (let i = 0; i < 50; i++) await fail(1, EMAIL, `203.0.113.${i}`);
  const taken = await worker.inScope(workerScope(mspId), takeRefusals);
  expect(taken).toMatchObject([{ email: EMAIL, failures: 50, address: null }]);
});

test('an e-mail that nobody has tells nobody, and two who look at once tell once', async () => {
  await fail(12, 'nobody@quillmark.example');
  expect(await listMspsWithRefusals(worker)).toEqual([]);
  await fail(12);
  const told = await Promise.all([tell(), tell(), tell()]);
  expect(told.toSorted()).toEqual([0, 0, 1]);
});

test('another MSP, and whoever is not the worker, takes nobody', async () => {
  await fail(10);
  expect(await tell(otherMspId)).toBe(0);
  await expect(web.inScope(ownAccountScope(mspId, v7()), takeRefusals)).rejects.toThrow('permission denied');
  await expect(worker.inScope(ownAccountScope(mspId, v7()), takeRefusals)).rejects.toThrow(
    'no sealed context',
  );
  expect(await tell()).toBe(1);
});
