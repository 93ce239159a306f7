import { generateKeyPairSync, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setting } from '@/server/config';
import { appendAuditEvent } from '@/server/data/audit';
import { thinLeaves } from '@/server/data/checkpoints';
import { type Database, openDatabase } from '@/server/data/database';
import { openTestAuthority } from '@/server/evidence/testing/time-stamp-authority';
import { openSmtpSink } from '@/server/mail/testing/smtp-sink';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import type { Verdict } from '@/verify/verify';
import { verify } from '@/verify/verify.mjs';
import { checkAuditChain } from './check-audit-chain';
import { erasePersonalValues } from './erase-personal-values';
import { placeLegalHold, withdrawLegalHold } from './hold-evidence';
import { mailNotes } from './mail-notes';
import { makeCheckpoint } from './make-checkpoint';
import { proveSealedReport, sealReports } from './seal-reports';
import { sendDueMail } from './send-due-mail';
import { subscribeToNotes, unsubscribeFromNotes } from './subscribe-to-notes';
import { thinCheckpoints } from './thin-checkpoints';
import { timeStampCheckpoint } from './time-stamp-checkpoint';
import { zipEvidenceLog } from './zip-evidence-log';

const DAY = 86_400_000;
const keys = { current: generateKeyPairSync('ed25519').privateKey, former: null };
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-keep-'));
const EVER = { clientId: null, from: new Date(0), to: new Date('2100-01-01') };

let cast: ScreenCast;
let worker: Database;
let ours: CastMsp;
let theirs: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
});
afterAll(async () => {
  await worker.close();
  await cast.close();
  fs.rmSync(folder, { recursive: true });
});

const owner = () => ours.scope('owner');
const append = (values: Record<string, string>, clientId: string | null = null): Promise<void> =>
  cast.web.inScope(ours.scope(), (tx) =>
    appendAuditEvent(tx, { action: 'declaration.made', clientId, target: {}, details: {}, private: values }),
  );

async function zipped(): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of zipEvidenceLog(cast.web, owner(), EVER)) parts.push(part);
  const file = path.join(folder, `${randomUUID()}.zip`);
  fs.writeFileSync(file, Buffer.concat(parts));
  return file;
}

const verdictOf = (file: string, witnesses: readonly string[] = []): Promise<Verdict> =>
  verify(file, { keys: [], witnesses: [...witnesses], authorities: [] }) as Promise<Verdict>;

/** Everything in the database but the schema, as a dump has it. */
async function dumpOf(schemas: readonly string[]): Promise<string> {
  const tables = await cast.rows(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = ANY ($1)`,
    [schemas],
  );
  const rows = await Promise.all(
    tables.map(({ name }) => cast.rows(`SELECT t::text AS text FROM ${String(name)} AS t`)),
  );
  return JSON.stringify(rows);
}

describe('erasing a person', () => {
  it('leaves their values nowhere, the chain whole, and every bundle that was given out as good as before', async () => {
    await append({ name: 'Ana Vellacott', email: 'ana.vellacott@quillmark.example' });
    await append({ comment: 'Ask ANA VELLACOTT about the tapes' }, ours.clientId);
    await append({ name: 'Somebody else' });
    await makeCheckpoint(worker, keys, new Date(), true);
    const before = await zipped();
    expect(await dumpOf(['audit'])).toContain('Ana Vellacott');
    const texts = ['ana vellacott', 'ana.vellacott@quillmark.example'];
    expect(await erasePersonalValues(cast.web, owner(), { texts })).toEqual({
      erased: 3,
      held: 0,
      inTexts: 0,
    });
    expect((await dumpOf(['audit', 'app', 'identity'])).toLowerCase()).not.toContain('vellacott');
    expect(await checkAuditChain(cast.web, owner())).toMatchObject({ broken: null });
    await makeCheckpoint(worker, keys, new Date(), true);
    expect((await verdictOf(before)).verdict).toBe('whole');
    const after = await verdictOf(await zipped());
    expect(after).toMatchObject({ verdict: 'whole', counts: { erased: 3, values: 1 } });
    const [event] = await cast.rows(
      `SELECT body FROM audit.event WHERE msp_id = $1 AND action = 'personal-values.erased'`,
      [ours.mspId],
    );
    expect(JSON.parse(String(event?.['body']))).toMatchObject({
      details: { erased: 3, held: 0 },
      private: {},
    });
  });

  it('is of the own MSP only, and leaves what a legal hold covers', async () => {
    await cast.web.inScope(theirs.scope(), (tx) =>
      appendAuditEvent(tx, {
        action: 'person.created',
        target: {},
        details: {},
        private: { name: 'Bea Quist' },
      }),
    );
    await append({ name: 'Bea Quist' }, ours.clientId);
    await append({ name: 'Bea Quist' });
    const person = { personId: ours.person.personId, name: 'Olive' };
    const now = Date.now();
    await placeLegalHold(cast.web, owner(), person, ours.clientId, { reason: 'a claim' }, now);
    const again = placeLegalHold(cast.web, owner(), person, ours.clientId, { reason: 'a claim' }, now);
    await expect(again).rejects.toThrow('stands for this client already');
    await expect(
      placeLegalHold(cast.web, owner(), person, theirs.clientId, { reason: 'a claim' }, now),
    ).rejects.toThrow('There is nothing here.');
    const erased = () => erasePersonalValues(cast.web, owner(), { texts: ['Bea Quist'] });
    expect(await erased()).toEqual({ erased: 1, held: 1, inTexts: 0 });
    await withdrawLegalHold(cast.web, owner(), person, ours.clientId, now);
    await expect(withdrawLegalHold(cast.web, owner(), person, ours.clientId, now)).rejects.toThrow(
      'nothing here',
    );
    expect(await erased()).toEqual({ erased: 1, held: 0, inTexts: 0 });
    const left = await cast.rows(`SELECT msp_id FROM audit.event_private WHERE value = 'Bea Quist'`);
    expect(left).toEqual([{ msp_id: theirs.mspId }]);
  });
});

describe('the seal of a day', () => {
  const CLOUD = {
    repositoryKey: 'cloud',
    location: 's3:https://s3.example.com/b',
    locationKind: 's3',
  } as const;

  it('has every report of the day in one root, each of which can be proved, and is made once', async () => {
    const agent = await ours.newAgent('fs-01');
    const first = Math.floor(Date.now() / DAY) * DAY - 2 * DAY;
    for (const hours of [1, 9, 23]) await agent.backUp([CLOUD], new Date(first + hours * 3_600_000));
    const both = await Promise.all(
      [1, 2].map(() => sealReports(worker, ours.mspId, new Date(first + 1.02 * DAY))),
    );
    expect(both).toEqual([0, 0]);
    expect(await sealReports(worker, ours.mspId, new Date(first + 2.1 * DAY))).toBe(2);
    expect(await sealReports(worker, ours.mspId, new Date(first + 2.1 * DAY))).toBe(0);
    const seals = await cast.rows(
      `SELECT body FROM audit.event WHERE msp_id = $1 AND action = 'reports.sealed' ORDER BY seq`,
      [ours.mspId],
    );
    expect(seals.map(({ body }) => (JSON.parse(String(body)) as { details: object }).details)).toMatchObject([
      { count: 3, day: new Date(first).toISOString().slice(0, 10) },
      { count: 0 },
    ]);
    const reports = await cast.rows(
      `SELECT raw_report_id AS "rawReportId", received_at AS "receivedAt" FROM app.raw_report WHERE msp_id = $1`,
      [ours.mspId],
    );
    const proofs = () =>
      Promise.all(reports.map((report) => proveSealedReport(cast.web, ours.scope(), report as never)));
    expect((await proofs()).map(({ kind }) => kind)).toEqual(['proved', 'proved', 'proved']);
    await cast.rows(`UPDATE app.raw_report SET body_sha256 = sha256('x') WHERE raw_report_id = $1`, [
      reports[0]?.['rawReportId'],
    ]);
    expect((await proofs()).map(({ kind }) => kind)).toEqual(['differs', 'differs', 'differs']);
    const today = { rawReportId: randomUUID(), receivedAt: new Date() };
    expect(await proveSealedReport(cast.web, ours.scope(), today)).toEqual({ kind: 'not-yet' });
  });
});

/** What a mail program shows of a mail of one part. */
function textOf(source: string): string {
  const [head = '', ...rest] = source.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  if (/transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString();
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, /quoted-printable/i.test(head) ? 'latin1' : 'utf8').toString();
}

describe("the day's note", () => {
  it('goes to members once a day by mail, and what was kept shows an old copy that was brought back', async () => {
    const sink = await openSmtpSink();
    const personId = randomUUID();
    await cast.rows(
      `INSERT INTO identity.person (person_id, email, name, password_hash) VALUES ($1, $2, 'Olive', 'x')`,
      [personId, 'olive@quillmark.example'],
    );
    await cast.rows(`INSERT INTO identity.membership (msp_id, person_id, role) VALUES ($1, $2, 'owner')`, [
      ours.mspId,
      personId,
    ]);
    const by = { personId };
    for (const nobody of [randomUUID(), theirs.person.personId])
      await expect(subscribeToNotes(cast.web, owner(), by, nobody, Date.now())).rejects.toThrow(
        'nothing here',
      );
    await subscribeToNotes(cast.web, owner(), by, personId, Date.now());
    await subscribeToNotes(cast.web, owner(), by, personId, Date.now());
    const old = await zipped();
    await append({ name: 'Later' });
    await makeCheckpoint(worker, keys, new Date(), true);
    const now = new Date();
    expect(await mailNotes(worker, ours.mspId, now)).toBe(1);
    expect(await mailNotes(worker, ours.mspId, now)).toBe(0);
    // Nothing happened since: the same note is not mailed again.
    expect(await mailNotes(worker, ours.mspId, new Date(now.getTime() + DAY))).toBe(0);
    const settings = { smtpUrl: sink.url, mailFrom: 'holdfast@example.com', dataDir: folder };
    expect(await sendDueMail(worker, ours.mspId, settings, () => new Date())).toMatchObject({ sent: 1 });
    const [mail] = sink.received;
    expect(mail?.to).toEqual(['olive@quillmark.example']);
    const witness = path.join(folder, 'mail.txt');
    fs.writeFileSync(witness, textOf(mail?.source ?? ''));
    expect((await verdictOf(await zipped(), [witness])).problems).toEqual([]);
    expect((await verdictOf(old, [witness])).problems[0]?.why).toMatch(
      /within the period; the bundle ends with/,
    );
    await unsubscribeFromNotes(cast.web, owner(), personId, Date.now());
    await expect(unsubscribeFromNotes(cast.web, owner(), personId, Date.now())).rejects.toThrow(
      'nothing here',
    );
    await append({ name: 'Later still' });
    await makeCheckpoint(worker, keys, new Date(), true);
    expect(await mailNotes(worker, ours.mspId, new Date(now.getTime() + 2 * DAY))).toBe(0);
    await sink.close();
  });
});

it('the zip holds the log with both verifiers, each file in a list of checksums', async () => {
  const files = Object.keys(unzipSync(fs.readFileSync(await zipped())));
  expect(files).toEqual(
    expect.arrayContaining(['log/events.jsonl', 'log/SHA256SUMS', 'verify.mjs', 'verify.py', 'SHA256SUMS']),
  );
});

describe('old checkpoints', () => {
  it('keep of each day the last and the last time-stamped leaf, and prove every bundle as before', async () => {
    const old = await openScreenCast();
    const oldWorker = openDatabase({ url: old.at.workerUrl, contextKey: setting('contextKey') });
    const [msp, other] = [await old.newMsp('Quillmark IT'), await old.newMsp('Northgate')];
    const authority = await openTestAuthority('p256', 'Test Stamp Authority');
    const write = (of: CastMsp) =>
      old.web.inScope(of.scope(), (tx) =>
        appendAuditEvent(tx, { action: 'declaration.made', clientId: null, target: {}, details: {} }),
      );
    const today = Math.floor(Date.now() / DAY) * DAY;
    // Of a day long past four, the second of them time-stamped; of a young one two.
    for (const [index, at] of [100, 99.75, 99.5, 99.25, 10, 9.75].entries()) {
      await write(msp);
      await write(other);
      await makeCheckpoint(oldWorker, keys, new Date(today - at * DAY), true);
      if (index === 1) await timeStampCheckpoint(oldWorker, authority.url, () => new Date());
    }
    await authority.close();
    const leaves = async () =>
      (
        await old.rows(
          'SELECT checkpoint_id::int AS id FROM audit.checkpoint_leaf WHERE msp_id = $1 ORDER BY 1',
          [msp.mspId],
        )
      ).map((row) => row['id']);
    const bundle = async () => {
      const parts: Uint8Array[] = [];
      for await (const part of zipEvidenceLog(old.web, msp.scope('owner'), EVER)) parts.push(part);
      const file = path.join(folder, `${randomUUID()}.zip`);
      fs.writeFileSync(file, Buffer.concat(parts));
      return file;
    };
    const before = await verdictOf(await bundle());
    expect(before).toMatchObject({ verdict: 'anchored', anchor: { seq: 2 }, counts: { events: 6 } });
    expect(await leaves()).toEqual([1, 2, 3, 4, 5, 6]);
    // Two of each MSP and of the installation itself.
    expect(await thinCheckpoints(oldWorker, new Date())).toBe(6);
    expect(await leaves()).toEqual([2, 4, 5, 6]);
    expect(await thinCheckpoints(oldWorker, new Date())).toBe(0);
    expect(await verdictOf(await bundle())).toEqual(before);
    const [kept] = await old.rows('SELECT count(*)::int AS notes FROM audit.checkpoint');
    expect(kept?.['notes']).toBe(6);
    await expect(
      oldWorker.withoutScope((tx) => thinLeaves(tx, new Date(Date.now() - 29 * DAY))),
    ).rejects.toThrow('too young');
    await oldWorker.close();
    await old.close();
  });
});
