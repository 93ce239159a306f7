import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '@/domain/time/instant';
import { until } from '@/scripts/run-program.mjs';
import { openTestPress, pressForWorker } from '@/test/press';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { startServerProcess } from '@/test/server-process';
import { slowTest } from '@/test/slow-test';
import { openSecret } from '../auth/secret-box';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { listMspsWithWork } from '../data/work-due';
import { attachmentOf, verifyPdf } from '../documents/verify/verify-pdf';
import { openSmtpSink, type SmtpSink } from '../mail/testing/smtp-sink';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { createPerson } from './create-person';
import { makeDueDocuments, type Press } from './make-due-documents';
import { reportMonths } from './report-months';
import { sendDueMail } from './send-due-mail';
import { wantReport } from './want-report';

const UNSIGNED = { appOrigin: 'https://backup.example', canSign: false };
const SIGNED = { ...UNSIGNED, canSign: true };
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };

let cast: ScreenCast;
let worker: Database;
let ours: CastMsp;
let leaderId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
});
/** A leader of one client, in New York, who wants the report since some day of November. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  await cast.rows("UPDATE app.client SET time_zone = 'America/New_York' WHERE msp_id = $1", [ours.mspId]);
  await (await ours.newAgent('fs-01')).backUp([CLOUD], new Date());
  leaderId = await newLeader();
  await wantedSince('2026-11-10T12:00:00Z');
});
afterAll(async () => {
  await worker.close();
  await cast.close();
});

/** Another leader of the same client, who wants the report from now on. */
async function newLeader(email = `leader-${randomUUID()}@example.com`): Promise<string> {
  const personId = await createPerson(worker, workerScope(ours.mspId), {
    email,
    name: 'Rosalind Tarn',
    password: 'seven grey herons wade',
    role: 'leader',
    totpSecret: null,
    isDemo: false,
    clientIds: [ours.clientId],
  });
  await wantReport(cast.web, leader(personId), true);
  return personId;
}

const leader = (actorId = leaderId) =>
  makeTenantScope({ mspId: ours.mspId, clientIds: [ours.clientId], actorId, role: 'leader' });
const wantedSince = (at: string, personId = leaderId) =>
  cast.rows('UPDATE identity.membership SET report_wanted_at = $2 WHERE person_id = $1', [personId, at]);
const run = (at: string, settings = UNSIGNED) => reportMonths(worker, ours.mspId, settings, new Date(at));

async function mails(): Promise<{ subject: string; text: string; document?: unknown }[]> {
  const rows = await cast.rows(
    "SELECT mail_id, sealed FROM app.mail_outbox WHERE msp_id = $1 AND kind = 'monthly-report' ORDER BY created_at, mail_id",
    [ours.mspId],
  );
  return rows.map((row) =>
    JSON.parse(openSecret(row['sealed'] as Buffer, String(row['mail_id']), setting('secretKey'))),
  );
}

test('goes out on the first morning of the month in the client’s zone, with the sentence and a link', async () => {
  expect(await run('2026-12-01T11:59:00Z')).toBe(0);
  expect(await run('2026-12-01T12:00:00Z')).toBe(1);
  const [mail] = await mails();
  expect(mail?.subject).toMatch(/^Backups of .*: November 2026$/);
  expect(mail?.text).toContain(`https://backup.example/portal/${ours.clientId}`);
  expect(mail?.text).toMatch(/^(No|Nobody|Not|Yes)/);
  expect(mail?.text).toContain('documents are not signed here');
  expect(await documents()).toEqual([]);
});

test('goes out once, however often and by how many workers it is looked at', async () => {
  const counts = await Promise.allSettled([run('2026-12-01T13:00:00Z'), run('2026-12-01T13:00:00Z')]);
  expect(counts.some(({ status }) => status === 'fulfilled')).toBe(true);
  expect(await run('2026-12-15T13:00:00Z')).toBe(0);
  expect(await mails()).toHaveLength(1);
  expect(await run('2027-01-01T13:00:00Z')).toBe(1);
});

test('goes to nobody who began to want it after it was due, does not want it any more, or was shut out', async () => {
  await wantedSince('2026-12-01T12:30:00Z');
  expect(await run('2026-12-02T12:00:00Z')).toBe(0);
  await wantedSince('2026-11-10T12:00:00Z');
  await wantReport(cast.web, leader(), false);
  expect(await run('2026-12-02T12:00:00Z')).toBe(0);
  await wantReport(cast.web, leader(), true);
  await wantedSince('2026-11-10T12:00:00Z');
  await cast.rows('UPDATE identity.membership SET revoked_at = now() WHERE person_id = $1', [leaderId]);
  expect(await run('2026-12-02T12:00:00Z')).toBe(0);
});

/** What was asked for of the MSP, oldest first. */
function documents(): Promise<Record<string, unknown>[]> {
  return cast.rows(
    `SELECT d.document_id, d.state, d.requested_by, d.requested_by_name, d.request FROM app.document d
      WHERE d.msp_id = $1 ORDER BY d.requested_at, d.document_id`,
    [ours.mspId],
  );
}

const isHinted = async (at: string) =>
  (await listMspsWithWork(worker, ['report'], new Date(at), 1000)).includes(ours.mspId);
const twice = <T>(work: () => Promise<T>) => Promise.all([work(), work()]);
const countOf = async (table: string): Promise<number> => {
  const [row] = await cast.rows(`SELECT count(*) FROM app.${table} WHERE msp_id = $1`, [ours.mspId]);
  return Number(row?.['count']);
};

describe('the signed report that goes with it', () => {
  const DUE = '2026-12-01T12:00:00Z';
  const after = (ms: number): string => new Date(Date.parse(DUE) + ms).toISOString();
  let press: Press;
  let smtp: SmtpSink;
  beforeAll(async () => {
    press = await openTestPress();
  });
  afterAll(() => press.renderer.close());
  beforeEach(async () => {
    smtp = await openSmtpSink();
    return () => smtp.close();
  });

  const make = (at: string, renderer = press.renderer) =>
    makeDueDocuments(worker, ours.mspId, { ...press, renderer }, () => new Date(at));
  const send = (at: string) => {
    const settings = { smtpUrl: smtp.url, mailFrom: 'holdfast@quillmark.example', dataDir: '/nowhere' };
    return sendDueMail(worker, ours.mspId, settings, () => new Date(at));
  };

  test('is asked for first, once for all leaders of the client, and the mails go out with it', async () => {
    await wantedSince('2026-11-11T12:00:00Z', await newLeader());
    expect(await run(DUE, SIGNED)).toBe(0);
    expect(await run(after(MINUTE), SIGNED)).toBe(0);
    expect(await documents()).toMatchObject([
      {
        state: 'waiting',
        requested_by: null,
        requested_by_name: 'Holdfast',
        request: { kind: 'executive-report', month: '2026-11' },
      },
    ]);
    expect(await isHinted(after(2 * MINUTE))).toBe(false);
    expect(await make(after(2 * MINUTE))).toEqual({ made: 1, stamped: 0, failures: [] });
    expect(await isHinted(after(2 * MINUTE))).toBe(true);
    expect(await run(after(2 * MINUTE), SIGNED)).toBe(2);
    expect(await isHinted(after(3 * MINUTE))).toBe(false);
    expect(await run(after(3 * MINUTE), SIGNED)).toBe(0);

    expect(await send(after(3 * MINUTE))).toMatchObject({ sent: 2, failures: [] });
    expect(smtp.received).toHaveLength(2);
    const [kept] = await cast.rows(
      "SELECT f.content FROM app.document_file f WHERE f.msp_id = $1 AND f.kind = 'pdf'",
      [ours.mspId],
    );
    for (const { source } of smtp.received) {
      const { name, content } = pdfIn(source);
      expect(name).toBe('executive-report-2026-11.pdf');
      expect(content.equals(kept?.['content'] as Buffer)).toBe(true);
      expect(await verifyPdf(content, press.signer.certificates)).toMatchObject({ verdict: 'genuine' });
      const facts = JSON.parse(Buffer.from(attachmentOf(content) ?? []).toString()) as object;
      expect(facts).toMatchObject({ client: { id: ours.clientId }, period: { firstOn: '2026-11-01' } });
    }
    const [mail] = await cast.rows(
      "SELECT sealed FROM app.mail_outbox WHERE msp_id = $1 AND kind = 'monthly-report'",
      [ours.mspId],
    );
    expect(mail).toEqual({ sealed: null });
    const events = await cast.rows(
      `SELECT body::jsonb ->> 'action' AS action FROM audit.event WHERE msp_id = $1
        AND body::jsonb ->> 'action' IN ('document.requested', 'document.made', 'monthly-report.put') ORDER BY seq`,
      [ours.mspId],
    );
    expect(events.map(({ action }) => action)).toEqual([
      'document.requested',
      'document.made',
      'monthly-report.put',
      'monthly-report.put',
    ]);
  });

  test('goes out once by however many workers', async () => {
    expect(await twice(() => run(DUE, SIGNED))).toEqual([0, 0]);
    expect(await documents()).toHaveLength(1);
    await make(DUE);
    const counts = await twice(() => run(after(MINUTE), SIGNED));
    expect(counts.toSorted()).toEqual([0, 1]);
    expect(await mails()).toHaveLength(1);
  });

  test('that cannot be made is left out after three attempts', async () => {
    const renderer = { close: () => {}, render: () => Promise.reject(new Error('no paper')) };
    await run(DUE, SIGNED);
    for (const minutes of [0, 1, 2]) {
      expect(await run(after(minutes * MINUTE), SIGNED)).toBe(0);
      await make(after(minutes * MINUTE), renderer);
    }
    expect(await isHinted(after(2 * MINUTE))).toBe(true);
    expect(await run(after(2 * MINUTE), SIGNED)).toBe(1);
    const [mail] = await mails();
    expect(mail?.text).toContain('The signed report of November 2026 (PDF) could not be made.');
    expect(mail?.document).toBeUndefined();
    await send(after(3 * MINUTE));
    expect(smtp.received[0]?.source).not.toContain('application/pdf');
  });

  test('that takes too long is left out, and found in the portal', async () => {
    await run(DUE, SIGNED);
    expect(await run(after(2 * HOUR - 1), SIGNED)).toBe(0);
    expect(await run(after(2 * HOUR), SIGNED)).toBe(1);
    expect((await mails())[0]?.text).toMatch(/is not ready yet\. Once it\nis, you find it on that page/);
    await make(after(3 * HOUR));
    expect(await run(after(3 * HOUR), SIGNED)).toBe(0);
  });

  test('that is too large for a mail is left out', async () => {
    await run(DUE, SIGNED);
    await make(DUE);
    await cast.rows('UPDATE app.document_file SET size_bytes = 5000001 WHERE msp_id = $1', [ours.mspId]);
    expect(await run(after(MINUTE), SIGNED)).toBe(1);
    expect((await mails())[0]).not.toHaveProperty('document');
    expect((await mails())[0]?.text).toContain('is too large for a mail');
  });

  slowTest('is made and sent once when the worker is killed in between', async () => {
    const email = `leader-${randomUUID()}@example.com`;
    await wantedSince(new Date(Date.now() - 70 * DAY).toISOString(), await newLeader(email));
    const env = { ...(await pressForWorker()), SMTP_URL: smtp.url, MAIL_FROM: 'holdfast@quillmark.example' };
    const kill = async (one: Awaited<ReturnType<typeof startServerProcess>>): Promise<void> => {
      process.kill(one.pid, 'SIGKILL');
      expect(await until(() => !one.isAlive(), 10_000)).toBe(true);
      // what the dead one had claimed, without the wait for the end of its lease
      await cast.rows("UPDATE app.document SET next_try_at = now() WHERE state IN ('waiting', 'rendering')");
      await cast.rows('UPDATE app.work_due SET due_at = now()');
    };

    const first = await startServerProcess('worker', cast.at, env);
    expect(await until(async () => (await countOf('monthly_document')) > 0, 20_000)).toBe(true);
    await kill(first);
    const second = await startServerProcess('worker', cast.at, env);
    const ofHers = () => smtp.received.filter(({ to }) => to.includes(email));
    expect(await until(() => ofHers().length > 0, 30_000)).toBe(true);
    await second.stop();
    await first.stop();
    expect(await countOf('document')).toBe(1);
    expect(await countOf('monthly_report')).toBe(1);
    expect(ofHers()).toHaveLength(1);
    const { content } = pdfIn(ofHers()[0]?.source ?? '');
    expect(content.subarray(0, 5).toString()).toBe('%PDF-');
  });
});

/** The one file that goes with a mail. */
function pdfIn(source: string): { name: string; content: Buffer } {
  const [, head = '', body = ''] =
    /(Content-Type: application\/pdf[\s\S]*?)\r\n\r\n([\s\S]*?)\r\n--/.exec(source) ?? [];
  const [, name = ''] = /filename="?([^";\r\n]*)/.exec(head) ?? [];
  return { name, content: Buffer.from(body, 'base64') };
}
