import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Role } from '@/domain/access/permissions';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { demoPersonScope, workerScope } from '../auth/system-scope';
import { newTotpSecret } from '../auth/totp';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { listInvitations } from '../data/identity-invitations';
import { resolveSession } from '../data/identity-sessions';
import { invitationMails, type MailState } from '../data/mail-outbox';
import { type MailSettings, outboxDir } from '../mail/send-mail';
import { openSmtpSink, type SmtpSink } from '../mail/testing/smtp-sink';
import { acceptInvitation, readInvitation } from './accept-invitation';
import { createPerson } from './create-person';
import { invitePerson, renewInvitation, revokeInvitation } from './invite-person';
import { sendDueMail } from './send-due-mail';
import { signIn } from './sign-in';

const PASSWORD = 'seven grey herons wade';
const ORIGIN = 'https://backup.example';
const LINKS = { appOrigin: ORIGIN };
const [mspId, otherMspId, clientId] = [v7(), v7(), v7()] as const;
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-mail-'));

let testDatabase: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let smtp: SmtpSink;
let settings: MailSettings;
const [aliceId, charlieId, malloryId] = [v7(), v7(), v7()];
const alice = demoPersonScope({ mspId, personId: aliceId, role: 'owner' });
const charlie = demoPersonScope({ mspId, personId: charlieId, role: 'admin' });
const mallory = demoPersonScope({ mspId: otherMspId, personId: malloryId, role: 'owner' });

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
    "INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, 'Kettle & Rye', 'UTC')",
    [mspId, clientId],
  );
  smtp = await openSmtpSink();
  settings = { smtpUrl: smtp.url, mailFrom: 'holdfast@quillmark.example', dataDir };
});
afterAll(async () => {
  await Promise.all([web.close(), worker.close(), owner.end(), smtp.close()]);
  await testDatabase.drop();
  fs.rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  await owner.query(`DELETE FROM app.mail_outbox; DELETE FROM identity.invitation; DELETE FROM identity.user_session; DELETE FROM identity.membership;
    DELETE FROM identity.person; DELETE FROM identity.sign_in_throttle`);
  smtp.received.length = 0;
  smtp.refusal = null;
});

/** Invites, and lets the worker send what waits. */
async function invite(email: string, role: Role = 'technician', by = alice, clientIds: '*' | string[] = '*') {
  await invitePerson(web, by, { email, role, clientIds }, LINKS, Date.now());
  await send();
}

async function renew(invitationId: string, by = alice): Promise<void> {
  await renewInvitation(web, by, invitationId, LINKS, Date.now());
  await send();
}

const revoke = (invitationId: string, by = alice) => revokeInvitation(web, by, invitationId, Date.now());

const send = (with_ = settings) => sendDueMail(worker, mspId, with_, () => new Date());

async function mailOf(invitationId: string, by = alice): Promise<MailState | undefined> {
  const mails = await web.inScope(by, (tx) => invitationMails(tx, by.mspId, [invitationId]));
  return mails.get(invitationId);
}

function tokenIn(source: string): string {
  const [, token] = /\/invitation#([\w=\r\n-]+?)\r\n\r\n/.exec(source) ?? [];
  return (token ?? '').replaceAll('=\r\n', '');
}

const newestToken = () => tokenIn(smtp.received.at(-1)?.source ?? '');

function acceptance(token: string) {
  const totpSecret = newTotpSecret();
  const totpCode = new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate();
  return { token, name: 'Dana Reed', password: PASSWORD, totpSecret, totpCode };
}

const accept = (token: string) => acceptInvitation(web, acceptance(token), Date.now());
const openInvitations = () => web.inScope(alice, (tx) => listInvitations(tx));

test('a link by mail makes a person with the role and clients they were invited to, once', async () => {
  await invite(' Dana@Quillmark.example', 'technician', alice, [clientId]);
  expect(smtp.received).toMatchObject([
    { from: 'holdfast@quillmark.example', to: ['dana@quillmark.example'] },
  ]);
  expect(smtp.received[0]?.source).toContain(`${ORIGIN}/invitation#`);
  const token = newestToken();
  expect(await readInvitation(web, token)).toEqual({
    email: 'dana@quillmark.example',
    role: 'technician',
    mspName: 'Quillmark IT',
  });
  const form = acceptance(token);
  await acceptInvitation(web, form, Date.now());
  const attempt = { email: 'dana@quillmark.example', password: PASSWORD, address: null, userAgent: null };
  const next = new TOTP({ secret: Secret.fromBase32(form.totpSecret) }).generate({
    timestamp: Date.now() + 30_000,
  });
  const outcome = await signIn(web, { ...attempt, code: next }, ORIGIN, Date.now());
  const sessionId = outcome.outcome === 'signed-in' ? outcome.sessionId : '';
  expect(await resolveSession(web, sessionId)).toMatchObject({
    mspId,
    role: 'technician',
    clientIds: [clientId],
    aal: 2,
  });
  await expect(accept(token)).rejects.toMatchObject({ code: 'not-found' });
  expect(await openInvitations()).toEqual([]);
});

test('of many who open a link at once, one becomes a person', async () => {
  await invite('dana@quillmark.example');
  const token = newestToken();
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => accept(token)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('looking at a link spends nothing, and nothing in the database opens it', async () => {
  await invite('dana@quillmark.example');
  const token = newestToken();
  for (let i = 0; i < 20; i++) await readInvitation(web, token);
  const { rows } = await owner.query('SELECT i::text AS row FROM identity.invitation i');
  expect(JSON.stringify(rows)).not.toContain(token);
  await accept(token);
});

test('a link that was sent again, taken back or ran out is no good', async () => {
  await invite('dana@quillmark.example');
  const first = newestToken();
  const [invitation] = await openInvitations();
  const invitationId = invitation?.invitationId ?? '';
  await renew(invitationId, charlie);
  const second = newestToken();
  await expect(accept(first)).rejects.toMatchObject({ code: 'not-found' });
  await owner.query("UPDATE identity.invitation SET expires_at = now() - interval '1 second'");
  await expect(accept(second)).rejects.toMatchObject({ code: 'not-found' });
  await renew(invitationId);
  const third = newestToken();
  await revoke(invitationId);
  await expect(accept(third)).rejects.toMatchObject({ code: 'not-found' });
  await expect(revoke(invitationId)).rejects.toMatchObject({ code: 'not-found' });
});

test('a mail that the server refuses is told with its reason, and can be sent again', async () => {
  smtp.refusal = '550 no such mailbox';
  await invite('dana@quillmark.example');
  const invitationId = (await openInvitations())[0]?.invitationId ?? '';
  expect(await mailOf(invitationId)).toMatchObject({
    state: 'failed',
    problem: 'refused',
    serverAnswer: '550 no such mailbox',
  });
  smtp.refusal = null;
  await renew(invitationId);
  expect(await mailOf(invitationId)).toMatchObject({ state: 'sent', sentVia: 'smtp', problem: null });
  expect(await mailOf(invitationId, mallory)).toBeUndefined();
  await accept(newestToken());
});

test('the invitation and its mail are written together, and what nobody needs any more is not sent', async () => {
  const form = { email: 'dana@quillmark.example', role: 'technician', clientIds: '*' } as const;
  await invitePerson(web, alice, form, LINKS, Date.now());
  const invitationId = (await openInvitations())[0]?.invitationId ?? '';
  expect(await mailOf(invitationId)).toMatchObject({ state: 'waiting', attempts: 0 });
  await expect(invitePerson(web, alice, form, LINKS, Date.now())).rejects.toMatchObject({ code: 'conflict' });
  await renewInvitation(web, alice, invitationId, LINKS, Date.now());
  await send();
  expect(smtp.received).toHaveLength(1);
  await renewInvitation(web, alice, invitationId, LINKS, Date.now());
  await revoke(invitationId);
  await send();
  expect(smtp.received).toHaveLength(1);
});

test('the database holds neither the link nor the address of a mail, and nothing of it once it is out', async () => {
  const form = { email: 'dana@quillmark.example', role: 'technician', clientIds: '*' } as const;
  await invitePerson(web, alice, form, LINKS, Date.now());
  const readAll = async (): Promise<string> => {
    const { rows } = await owner.query<{ row: string; said: string | null }>(
      "SELECT o::text AS row, encode(o.sealed, 'escape') AS said FROM app.mail_outbox o",
    );
    return JSON.stringify(rows);
  };
  const before = await readAll();
  await send();
  for (const secret of [newestToken(), 'dana@', 'invitation#']) expect(before).not.toContain(secret);
  expect(newestToken()).not.toBe('');
  const { rows } = await owner.query('SELECT state, sealed FROM app.mail_outbox');
  expect(rows).toEqual([{ state: 'sent', sealed: null }]);
});

test('without a mail server each mail is one file for its owner’s eyes', async () => {
  const form = { email: 'dana@quillmark.example', role: 'read-only', clientIds: '*' } as const;
  await invitePerson(web, alice, form, LINKS, Date.now());
  await send({ ...settings, smtpUrl: null });
  const files = fs.readdirSync(outboxDir(dataDir));
  expect(files).toHaveLength(1);
  const file = path.join(outboxDir(dataDir), files[0] ?? '');
  expect(fs.statSync(file).mode & 0o077).toBe(0);
  const source = fs.readFileSync(file, 'utf8');
  expect(source).toContain('To: dana@quillmark.example');
  await accept(tokenIn(source));
});

test.each([
  '"dana@evil.example"@quillmark.example',
  'dana@quillmark.example, eve@evil.example',
  'dana@quillmark.example\r\nBcc: eve@evil.example',
  'Dana <dana@quillmark.example>',
  'dana',
])('%j is no address, and nothing is sent', async (email) => {
  await expect(invite(email)).rejects.toMatchObject({ fields: { email: expect.any(String) } });
  expect(smtp.received).toEqual([]);
});

test('an admin invites no owner, and leaves an owner’s invitation alone', async () => {
  await expect(invite('dana@quillmark.example', 'owner', charlie)).rejects.toMatchObject({
    code: 'forbidden',
  });
  await invite('dana@quillmark.example', 'owner');
  const invitationId = (await openInvitations())[0]?.invitationId ?? '';
  await expect(revoke(invitationId, charlie)).rejects.toMatchObject({ code: 'not-found' });
});

test('another MSP’s invitation is not there, nor told from a missing one', async () => {
  await invite('dana@quillmark.example');
  const invitationId = (await openInvitations())[0]?.invitationId ?? '';
  for (const id of [invitationId, v7()]) {
    await expect(revoke(id, mallory)).rejects.toMatchObject({ code: 'not-found' });
    await expect(renew(id, mallory)).rejects.toMatchObject({ code: 'not-found' });
  }
  expect(await web.inScope(mallory, (tx) => listInvitations(tx))).toEqual([]);
});

test('who is there already is not invited; whoever is another MSP’s looks like anybody', async () => {
  const person = {
    name: 'X',
    password: PASSWORD,
    role: 'technician',
    totpSecret: null,
    isDemo: false,
  } as const;
  await createPerson(worker, workerScope(mspId), { ...person, email: 'here@quillmark.example' });
  await createPerson(worker, workerScope(otherMspId), { ...person, email: 'there@other.example' });
  await expect(invite('here@quillmark.example')).rejects.toMatchObject({ code: 'conflict' });
  await invite('there@other.example');
  await expect(accept(newestToken())).rejects.toMatchObject({ code: 'conflict' });
  await expect(invite('there@other.example')).rejects.toMatchObject({ code: 'conflict' });
});

test('a weak password or a wrong code leaves the link good', async () => {
  await invite('dana@quillmark.example');
  const form = acceptance(newestToken());
  const wrong = { ...form, password: 'danadanadanadana', totpCode: '000000' };
  await expect(acceptInvitation(web, wrong, Date.now())).rejects.toMatchObject({
    fields: { password: expect.any(String), totpCode: expect.any(String) },
  });
  await acceptInvitation(web, form, Date.now());
});

test('inviting and joining are in the MSP’s log', async () => {
  await owner.query('TRUNCATE audit.event CASCADE; TRUNCATE audit.head');
  await invite('dana@quillmark.example');
  await accept(newestToken());
  const { rows } = await owner.query<{ action: string }>('SELECT action FROM audit.event ORDER BY seq');
  expect(rows.map(({ action }) => action)).toEqual(['person.invited', 'person.joined']);
});
