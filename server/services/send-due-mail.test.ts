import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PAPER, readableOn } from '@/domain/brand/contrast';
import { HOUR, MINUTE, SECOND } from '@/domain/time/instant';
import { until } from '@/scripts/run-program.mjs';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { startServerProcess } from '@/test/server-process';
import { slowTest } from '@/test/slow-test';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { claimMail } from '../data/mail-outbox';
import { listMspsWithWork } from '../data/work-due';
import { type MailSettings, outboxDir } from '../mail/send-mail';
import { openSmtpSink, type SmtpSink } from '../mail/testing/smtp-sink';
import { putMail } from './put-mail';
import { sendDueMail } from './send-due-mail';

const FROM = 'holdfast@quillmark.example';
const TO = 'dana@quillmark.example';
const [mspId, otherMspId] = [v7(), v7()];
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-outbox-'));
const T0 = Date.parse('2026-11-20T08:00:00Z');

let at: TestDatabase;
let worker: Database;
let web: Database;
let owner: Client;
let smtp: SmtpSink;
let settings: MailSettings;

beforeAll(async () => {
  at = await createTestDatabase();
  const contextKey = setting('contextKey');
  worker = openDatabase({ url: at.workerUrl, contextKey });
  web = openDatabase({ url: at.webUrl, contextKey });
  owner = new Client({ connectionString: at.ownerUrl });
  await owner.connect();
  const msps = "INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'UTC'), ($2, 'Other', 'UTC')";
  await owner.query(msps, [mspId, otherMspId]);
});
afterAll(async () => {
  await Promise.all([worker.close(), web.close(), owner.end()]);
  await at.drop();
  fs.rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  await owner.query('DELETE FROM app.mail_outbox; DELETE FROM app.work_due');
  smtp = await openSmtpSink();
  settings = { smtpUrl: smtp.url, mailFrom: FROM, dataDir };
  return () => smtp.close();
});

function put(nowMs = T0, to = TO, ofMsp = mspId): Promise<string> {
  const mail = {
    to,
    subject: 'Your invitation to Holdfast',
    text: 'https://h.example/invitation#s3cret-token',
  };
  const subject = { kind: 'invitation', invitationId: v7() } as const;
  return web.inScope(workerScope(ofMsp), (tx) => putMail(tx, ofMsp, subject, mail, nowMs));
}

const sendAt = (nowMs: number, ofMsp = mspId) => sendDueMail(worker, ofMsp, settings, () => new Date(nowMs));

interface Row {
  readonly state: string;
  readonly attempts: number;
  readonly problem: string | null;
  readonly server_answer: string | null;
  readonly next_try_at: Date;
  readonly isKept: boolean;
}
async function outbox(): Promise<Row[]> {
  const { rows } = await owner.query<Row>(`SELECT state, attempts, problem, server_answer, next_try_at,
    sealed IS NOT NULL AS "isKept" FROM app.mail_outbox ORDER BY mail_id`);
  return rows;
}

const messageIds = () => smtp.received.map(({ source }) => /^Message-ID: (.*)$/im.exec(source)?.[1]);

test('a mail goes out once, with an id of its own, and is forgotten', async () => {
  await put();
  expect(await sendAt(T0)).toMatchObject({ sent: 1, postponed: 0, failures: [] });
  expect(await sendAt(T0 + HOUR)).toMatchObject({ sent: 0 });
  expect(smtp.received).toMatchObject([{ from: FROM, to: [TO] }]);
  expect(messageIds()[0]).toMatch(/^<[0-9a-f-]{36}@quillmark\.example>$/);
  expect(await outbox()).toMatchObject([{ state: 'sent', attempts: 1, isKept: false }]);
});

test('a mail to people of clients has the MSP’s look beside its words; what Holdfast tells its own users has words alone', async () => {
  const text = 'Mara sends you a document.\n\nhttps://h.example/shared-document#abc';
  const mail = { to: TO, subject: 'A report', text };
  await web.inScope(workerScope(mspId), (tx) => putMail(tx, mspId, { kind: 'document-sent' }, mail, T0));
  await owner.query(
    `INSERT INTO app.branding (msp_id, name, colour, changed_at, changed_by)
      VALUES ($1, 'Quillmark & Sons', '#ffdd00', now(), gen_random_uuid()) ON CONFLICT DO NOTHING`,
    [mspId],
  );
  await put(T0 + 1);
  expect(await sendAt(T0 + MINUTE)).toMatchObject({ sent: 2, failures: [] });
  const [branded, plain] = smtp.received.map(({ source }) => source.replaceAll('=\r\n', ''));
  expect(branded).toContain('Content-Type: multipart/alternative');
  expect(branded).toContain('Quillmark &amp; Sons');
  expect(branded).toMatch(
    /Content-Type: text\/plain[^]*Mara sends you a document\.[^]*Content-Type: text\/html/,
  );
  expect(branded).toContain(readableOn('#ffdd00', PAPER));
  expect(plain).not.toContain('text/html');
});

test('while the server is down a mail waits longer and longer; once it is up, the mail goes out', async () => {
  await put();
  const port = Number(new URL(smtp.url).port);
  await smtp.close();
  let now = T0;
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    expect(await sendAt(now)).toMatchObject({ sent: 0, postponed: 1 });
    const [row] = await outbox();
    expect(row).toMatchObject({ state: 'waiting', problem: 'unreachable', isKept: true });
    const next = row?.next_try_at.getTime() ?? 0;
    waits.push(next - now);
    expect(await sendAt(next - 1)).toMatchObject({ sent: 0, postponed: 0 });
    now = next;
  }
  expect(waits[0]).toBeGreaterThanOrEqual(15 * SECOND);
  expect(waits[0]).toBeLessThanOrEqual(30 * SECOND);
  expect(waits[8]).toBeGreaterThanOrEqual(30 * MINUTE);
  expect(waits[8]).toBeLessThanOrEqual(HOUR);
  smtp = await openSmtpSink(port);
  expect(await sendAt(now)).toMatchObject({ sent: 1 });
  expect(smtp.received).toHaveLength(1);
  expect(await outbox()).toMatchObject([{ state: 'sent', problem: null, attempts: 10 }]);
});

test('what the server puts off is sent later', async () => {
  await put();
  smtp.refusal = '451 4.7.1 greylisted, come back';
  expect(await sendAt(T0)).toMatchObject({ postponed: 1, failures: [] });
  expect(await outbox()).toMatchObject([
    { state: 'waiting', problem: 'deferred', server_answer: '451 4.7.1 greylisted, come back' },
  ]);
  smtp.refusal = null;
  expect(await sendAt(T0 + MINUTE)).toMatchObject({ sent: 1 });
});

test('what the server refuses is not tried again, and its words are kept without a link', async () => {
  await put();
  smtp.refusal = '550 5.1.1 no such mailbox, see https://h.example/invitation#s3cret-token now';
  expect(await sendAt(T0)).toMatchObject({ failures: [{ problem: 'refused' }] });
  expect(await outbox()).toMatchObject([
    {
      state: 'failed',
      isKept: false,
      problem: 'refused',
      server_answer: '550 5.1.1 no such mailbox, see […] now',
    },
  ]);
  smtp.refusal = null;
  expect(await sendAt(T0 + HOUR)).toMatchObject({ sent: 0 });
  expect(smtp.received).toEqual([]);
});

test('after a day of trying a mail is given up and forgotten, with the last reason', async () => {
  await put();
  await smtp.close();
  await sendAt(T0);
  expect(await sendAt(T0 + 23 * HOUR)).toMatchObject({ postponed: 1 });
  expect(await sendAt(T0 + 24 * HOUR + MINUTE)).toMatchObject({ failures: [{ problem: 'unreachable' }] });
  expect(await outbox()).toMatchObject([{ state: 'failed', problem: 'unreachable', isKept: false }]);
  smtp = await openSmtpSink();
});

test('a worker that was away for days sends what waits', async () => {
  await put();
  expect(await sendAt(T0 + 72 * HOUR)).toMatchObject({ sent: 1 });
});

test('a mail sealed with another key is given up; the next one goes out', async () => {
  await put();
  await owner.query("UPDATE app.mail_outbox SET sealed = set_byte(sealed, 40, 0) || '\\x00'");
  await put();
  expect(await sendAt(T0)).toMatchObject({ sent: 1, failures: [{ problem: 'unreadable' }] });
});

test('two workers at once send each mail once', async () => {
  for (let i = 0; i < 12; i++) await put(T0, `guest-${i}@quillmark.example`);
  const done = await Promise.all([sendAt(T0), sendAt(T0), sendAt(T0)]);
  expect(done.reduce((sum, { sent }) => sum + sent, 0)).toBe(12);
  expect(new Set(smtp.received.flatMap(({ to }) => to)).size).toBe(12);
  expect(smtp.received).toHaveLength(12);
  expect(new Set(messageIds()).size).toBe(12);
});

test('who claimed a mail and is late does not overwrite what became of it since', async () => {
  await put();
  const claim = await worker.inScope(workerScope(mspId), (tx) =>
    claimMail(tx, mspId, new Date(T0), new Date(T0 + 2 * MINUTE)),
  );
  expect(claim).toMatchObject({ attempts: 1 });
  expect(await sendAt(T0 + MINUTE)).toMatchObject({ sent: 0 });
  expect(await sendAt(T0 + 2 * MINUTE)).toMatchObject({ sent: 1 });
  expect(await outbox()).toMatchObject([{ state: 'sent', attempts: 2 }]);
});

slowTest(
  'a worker that is killed between claiming and sending loses nothing and doubles nothing',
  async () => {
    const env = { SMTP_URL: smtp.url, MAIL_FROM: FROM, HOLDFAST_DEMO: 'off' };
    smtp.silentAt = 'greeting';
    await put(Date.now());
    const first = await startServerProcess('worker', at, env);
    expect(await until(() => smtp.connections > 0, 20_000)).toBe(true);
    process.kill(first.pid, 'SIGKILL');
    expect(await until(() => !first.isAlive(), 10_000)).toBe(true);
    expect(await outbox()).toMatchObject([{ state: 'waiting', attempts: 1, problem: null, isKept: true }]);
    smtp.silentAt = null;
    const second = await startServerProcess('worker', at, env);
    // The two minutes of the dead one's claim, without the wait.
    await owner.query(
      'UPDATE app.mail_outbox SET next_try_at = now(); UPDATE app.work_due SET due_at = now()',
    );
    expect(await until(() => smtp.received.length > 0, 20_000)).toBe(true);
    expect(await until(async () => (await outbox())[0]?.state === 'sent', 10_000)).toBe(true);
    await second.stop();
    await first.stop();
    expect(smtp.received).toHaveLength(1);
  },
);

test('a server that took a mail and never said so gets it twice under one id', async () => {
  await put();
  smtp.silentAt = 'content';
  const sending = sendAt(T0);
  expect(await until(() => smtp.received.length > 0, 5000)).toBe(true);
  const { received } = smtp;
  const port = Number(new URL(smtp.url).port);
  await smtp.close();
  expect(await sending).toMatchObject({ sent: 0, postponed: 1 });
  const first = messageIds();
  smtp = await openSmtpSink(port);
  expect(await sendAt(T0 + MINUTE)).toMatchObject({ sent: 1 });
  expect(received).toHaveLength(1);
  expect(messageIds()).toEqual(first);
});

test('without a server each mail is one file, whole, however often it is written', async () => {
  settings = { ...settings, smtpUrl: null };
  await put();
  await sendAt(T0);
  await owner.query("UPDATE app.mail_outbox SET state = 'failed', sent_via = NULL");
  expect(fs.readdirSync(outboxDir(dataDir))).toHaveLength(1);
});

test('a folder that cannot be written keeps the mail waiting', async () => {
  const file = path.join(dataDir, 'no-folder');
  fs.writeFileSync(file, '');
  settings = { smtpUrl: null, mailFrom: FROM, dataDir: file };
  await put();
  expect(await sendAt(T0)).toMatchObject({ postponed: 1 });
  expect(await outbox()).toMatchObject([{ state: 'waiting', problem: 'not-written' }]);
});

test('another MSP sends, sees and counts nothing of it', async () => {
  await put();
  expect(await sendAt(T0, otherMspId)).toMatchObject({ sent: 0, postponed: 0, failures: [] });
  expect(await web.inScope(workerScope(otherMspId), (tx) => tx.mailOutbox.count({ where: { mspId } }))).toBe(
    0,
  );
  await expect(
    web.inScope(workerScope(otherMspId), (tx) =>
      putMail(tx, mspId, { kind: 'password-changed', personId: v7() }, { to: TO, subject: '', text: '' }, T0),
    ),
  ).rejects.toThrow(/row-level security|row level security/);
  expect(await sendAt(T0)).toMatchObject({ sent: 1 });
});

test('the hint is due with the mail, and with its next try', async () => {
  const due = (nowMs: number) => listMspsWithWork(worker, ['mail'], new Date(nowMs), 10);
  expect(await due(T0)).toEqual([]);
  await put();
  expect(await due(T0)).toEqual([mspId]);
  expect(await listMspsWithWork(worker, ['inbox', 'evaluation'], new Date(T0), 10)).toEqual([]);
  smtp.refusal = '451 later';
  await sendAt(T0);
  expect(await due(T0 + 14 * SECOND)).toEqual([]);
  expect(await due(T0 + 30 * SECOND)).toEqual([mspId]);
  smtp.refusal = null;
  await sendAt(T0 + 30 * SECOND);
  expect(await due(T0 + 31 * SECOND)).toEqual([]);
});
