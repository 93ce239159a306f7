import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { fromBER } from 'asn1js';
import { Client } from 'pg';
import { ContentInfo, SignedData } from 'pkijs';
import { unzipSync, zipSync } from 'fflate';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordFacts } from '@/domain/report/facts.fixture';
import type { DocumentRequest } from '@/domain/report/document-request';
import { canonicalJson } from '@/domain/restore-test/canonical-json';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { openTestPress } from '@/test/press';
import { requireTool } from '@/test/require-tool';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { listDocuments } from '../data/documents';
import { attachmentOf } from '../documents/verify/verify-pdf';
import { verifyFile } from '../documents/verify/verify-file';
import { openTestAuthority, type TestAuthority } from '../evidence/testing/time-stamp-authority';
import type { Renderer } from '../documents/render/renderer';
import { makeTenantScope } from '../tenancy/tenant-scope';
import {
  askForDocument,
  cancelDocument,
  changeBranding,
  downloadDocument,
  retryDocument,
} from './ask-for-documents';
import { makeCheckpoint } from './make-checkpoint';
import { makeDueDocuments, type Press } from './make-due-documents';

const T0 = Date.parse('2026-11-02T08:15:00Z');
const PERSON = { personId: v7(), name: 'Dana Whitlock' };
const REPORT: DocumentRequest = { kind: 'executive-report', month: '2026-10' };
const PACK: DocumentRequest = {
  kind: 'evidence-pack',
  firstOn: '2026-10-01',
  lastOn: '2026-10-31',
  framework: 'HIPAA',
  seed: 'auditor-7',
};
const RUNS = 40;
const HAS_PDFSIG = requireTool('pdfsig', ['-v']);

let at: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let press: Press;
let [alice, bob] = [
  { mspId: v7(), clientId: v7() },
  { mspId: v7(), clientId: v7() },
];
const recordId = v7();

beforeAll(async () => {
  at = await createTestDatabase();
  web = openDatabase({ url: at.webUrl, contextKey: setting('contextKey') });
  worker = openDatabase({ url: at.workerUrl, contextKey: setting('contextKey') });
  owner = new Client({ connectionString: at.ownerUrl });
  await owner.connect();
  press = await openTestPress();
  await owner.query("INSERT INTO app.msp VALUES ($1, 'Alice IT', 'UTC'), ($2, 'Bob IT', 'UTC')", [
    alice.mspId,
    bob.mspId,
  ]);
  for (const [{ mspId, clientId }, name] of [
    [alice, 'Alice and her sons'],
    [bob, 'Bob Brothers'],
  ] as const)
    await owner.query(
      "INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, $3, 'UTC')",
      [mspId, clientId, name],
    );
  await fill(alice, 'alice-db');
  await fill(bob, 'bob-db');
  await insertRecord();
});
afterAll(async () => {
  press.renderer.close();
  await Promise.all([web.close(), worker.close(), owner.end()]);
  await at.drop();
});

/** A system with a run each night, one of them failed. */
async function fill({ mspId, clientId }: typeof alice, host: string): Promise<void> {
  const [systemId, jobId, agentId, reportId] = [v7(), v7(), v7(), v7()];
  await owner.query(
    `INSERT INTO app.system (msp_id, system_id, client_id, name, host_key, kind, created_at)
      VALUES ($1, $2, $3, $4, $4, 'server', '2026-09-01')`,
    [mspId, systemId, clientId, host],
  );
  await owner.query(
    `INSERT INTO app.agent (msp_id, agent_id, client_id, name, hostname, os, version, enrolled_at)
      VALUES ($1, $2, $3, $4, $4, 'linux', '1', '2026-09-01')`,
    [mspId, agentId, clientId, host],
  );
  await owner.query(
    `INSERT INTO app.raw_report (msp_id, raw_report_id, client_id, agent_id, epoch, sequence, received_at, sent_at,
       content_encoding, body, body_sha256, signature)
      VALUES ($1, $2, $3, $4, $5, 1, '2026-10-01', '2026-10-01', 'identity', '\\x00', sha256('\\x00'), $6)`,
    [mspId, reportId, clientId, agentId, v7(), Buffer.alloc(64)],
  );
  await owner.query(
    `INSERT INTO app.job (msp_id, job_id, client_id, system_id, job_key, name, tool, kind, created_at)
      VALUES ($1, $2, $3, $4, 'nightly', 'nightly', 'restic', 'backup', '2026-09-01')`,
    [mspId, jobId, clientId, systemId],
  );
  await owner.query(
    `INSERT INTO app.run (msp_id, occurred_at, run_id, client_id, system_id, job_id, run_key, kind, status, trust, time_quality,
       raw_report_id)
      SELECT $1, timestamptz '2026-10-01 02:00Z' + n * interval '17 hours', gen_random_uuid(), $2, $3, $4, 'r' || n, 'backup',
        CASE n WHEN 7 THEN 'failed' ELSE 'success' END, 'signed', 'exact', $5
      FROM generate_series(0, ${RUNS - 1}) n`,
    [mspId, clientId, systemId, jobId, reportId],
  );
  await owner.query(
    `INSERT INTO app.status_change (msp_id, system_id, client_id, at, from_status, to_status, reasons)
      VALUES ($1, $2, $3, '2026-09-02', NULL, 'compliant', '[]')`,
    [mspId, systemId, clientId],
  );
}

async function insertRecord(): Promise<void> {
  const { mspId, clientId } = alice;
  const record = recordFacts({
    recordId,
    client: { id: clientId, name: 'Alice and her sons', timeZone: 'UTC' },
  });
  const body = canonicalJson(record);
  const sha256 = createHash('sha256').update(body).digest();
  const performer = record.performer.id;
  await owner.query(
    `INSERT INTO app.restore_record (msp_id, record_id, client_id, system_id, repository_id, level, result, performed_at,
       performer_kind, performer_id, body, sha256, keep_until, made_at)
      VALUES ($1, $2, $3, $4, $5, 'L4', 'passed', '2026-10-21 08:02Z', 'agent', $6, $7, $8, '2032-10-21', '2026-10-21 08:03Z')`,
    [mspId, recordId, clientId, record.system.id, record.copy.repositoryId, performer, body, sha256],
  );
  await owner.query(
    `INSERT INTO app.restore_record_standing (msp_id, record_id, client_id, system_id, repository_id, level, result, performed_at,
       review, failure, changed_at)
      VALUES ($1, $2, $3, $4, $5, 'L4', 'passed', '2026-10-21 08:02Z', 'awaiting', 'none', '2026-10-21 08:03Z')`,
    [mspId, recordId, clientId, record.system.id, record.copy.repositoryId],
  );
}

const scopeOf = ({ mspId }: { mspId: string }) =>
  makeTenantScope({ mspId, clientIds: '*', actorId: PERSON.personId, role: 'admin' });
const ask = async (request: DocumentRequest, of = alice): Promise<string> =>
  (await askForDocument(web, scopeOf(of), PERSON, { clientId: of.clientId, request }, T0))[0] ?? '';
const make = (of = alice, with_: Partial<Press> = {}, nowMs = T0 + 1000) =>
  makeDueDocuments(worker, of.mspId, { ...press, ...with_ }, () => new Date(nowMs));
const rowOf = (documentId: string, of = alice) =>
  web.inScope(scopeOf(of), async (tx) => {
    const { documents } = await listDocuments(tx, of.mspId, {
      search: '',
      clientId: null,
      kind: null,
      page: 1,
    });
    return documents.find((one) => one.documentId === documentId);
  });
const fileOf = async (documentId: string, kind: 'pdf' | 'facts' | 'bundle', of = alice) =>
  new Uint8Array((await downloadDocument(web, scopeOf(of), documentId, kind)).content);
const eventsOf = async (documentId: string): Promise<string[]> => {
  const { rows } = await owner.query<{ action: string }>(
    "SELECT body::jsonb ->> 'action' AS action FROM audit.event WHERE body LIKE '%' || $1 || '%' ORDER BY seq",
    [documentId],
  );
  return rows.map(({ action }) => action);
};
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

const rank = (id: string) => createHash('sha256').update(`auditor-7\n${id}`).digest('hex');

describe('a document', () => {
  test('is asked for, made, signed, kept and downloaded, each of it in the log', async () => {
    const documentId = await ask(REPORT);
    expect(await rowOf(documentId)).toMatchObject({ state: 'waiting', progress: 0, pages: null });
    expect(await make()).toEqual({ made: 1, stamped: 0, failures: [] });
    const row = await rowOf(documentId);
    expect(row).toMatchObject({ state: 'ready', progress: 100, pages: 1, requestedByName: 'Dana Whitlock' });
    const pdf = await fileOf(documentId, 'pdf');
    expect(createHash('sha256').update(pdf).digest('hex')).toBe(row?.pdfSha256);
    const { verdict, checks } = await verifyFile(pdf, press.signer.certificates);
    expect(checks.filter(({ isGood }) => isGood !== true)).toEqual([]);
    expect(verdict).toBe('genuine');
    expect(attachmentOf(pdf)).toEqual(await fileOf(documentId, 'facts'));
    expect(await eventsOf(documentId)).toEqual([
      'document.requested',
      'document.made',
      'document.downloaded',
      'document.downloaded',
    ]);
  });

  test('tells of its client what the database holds, and the same each time that it is made', async () => {
    const [first, second] = [await ask(PACK), await ask(PACK)];
    await make();
    const facts = JSON.parse(Buffer.from(await fileOf(first, 'facts')).toString()) as {
      documentId: string;
      population: { runId: string; systemName: string }[];
      runs: { total: number; failed: number };
      sample: { runIds: string[]; seed: string };
      systems: { name: string; statusAtEnd: string; days: string[] }[];
    };
    expect(facts.runs).toMatchObject({ total: RUNS, failed: 1 });
    expect(facts.population).toHaveLength(RUNS);
    expect(facts.systems.map(({ name, statusAtEnd }) => [name, statusAtEnd])).toEqual([
      ['alice-db', 'compliant'],
    ]);
    expect(facts.systems[0]?.days.filter((day) => day === 'failed')).toHaveLength(1);
    const lowest = facts.population
      .map(({ runId }) => runId)
      .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
    expect(facts.sample.runIds).toEqual(lowest.slice(0, 25));
    const again = JSON.parse(Buffer.from(await fileOf(second, 'facts')).toString()) as typeof facts;
    expect({ ...again, documentId: first }).toEqual(facts);
  });

  test('of one test certifies the record as it was made', async () => {
    const documentId = await ask({ kind: 'restore-certificate', recordId });
    await make();
    expect(await rowOf(documentId)).toMatchObject({ state: 'ready' });
    const facts = JSON.parse(Buffer.from(await fileOf(documentId, 'facts')).toString()) as {
      record: unknown;
    };
    expect(facts.record).toMatchObject({ recordId, result: 'passed', level: 'L4' });
  });

  test('of one MSP holds nothing of another that was made before it in the same process', async () => {
    const [hers, his] = [await ask(REPORT), await ask(REPORT, bob)];
    await make(alice);
    await make(bob);
    const facts = Buffer.from(await fileOf(his, 'facts', bob)).toString();
    expect(facts).toContain('bob-db');
    expect(facts).not.toMatch(/alice/i);
    const bundle = Buffer.from(await fileOf(his, 'bundle', bob)).toString('latin1');
    expect(bundle).not.toContain(alice.clientId);
    expect(await refusal(fileOf(hers, 'pdf', bob))).toBe('not-found');
    expect(await refusal(cancelDocument(web, scopeOf(bob), hers, T0))).toBe('not-found');
    expect(await refusal(retryDocument(web, scopeOf(bob), hers, T0))).toBe('not-found');
    const foreign = { clientId: bob.clientId, request: REPORT };
    expect(await refusal(askForDocument(web, scopeOf(alice), PERSON, foreign, T0))).toBe('not-found');
    const theirRecord: DocumentRequest = { kind: 'restore-certificate', recordId };
    expect(await refusal(ask(theirRecord, bob))).toBe('not-found');
  });

  test('that is cancelled while it is printed is dropped, and can be made again', async () => {
    const documentId = await ask(REPORT);
    const renderer: Renderer = {
      close: () => {},
      render: (_sheet, _facts, _logo, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')));
          void cancelDocument(web, scopeOf(alice), documentId, T0);
        }),
    };
    expect((await make(alice, { renderer })).failures).toEqual([]);
    expect(await rowOf(documentId)).toMatchObject({ state: 'cancelled', pages: null });
    expect(await refusal(fileOf(documentId, 'pdf'))).toBe('not-found');
    expect(await refusal(cancelDocument(web, scopeOf(alice), documentId, T0))).toBe('conflict');
    await retryDocument(web, scopeOf(alice), documentId, T0);
    await make();
    expect(await rowOf(documentId)).toMatchObject({ state: 'ready' });
    expect(await refusal(retryDocument(web, scopeOf(alice), documentId, T0))).toBe('conflict');
  });

  test('that cannot be printed is tried three times, then says so', async () => {
    const documentId = await ask(REPORT);
    const renderer: Renderer = { close: () => {}, render: () => Promise.reject(new Error('secret detail')) };
    for (let turn = 0; turn < 3; turn += 1) await make(alice, { renderer }, T0 + turn * 60_000 + 1000);
    const row = await rowOf(documentId);
    expect(row?.state).toBe('failed');
    expect(row?.problem).not.toContain('secret');
    await retryDocument(web, scopeOf(alice), documentId, T0);
    await make();
  });

  test('whose worker died is made by the next once its lease is over', async () => {
    const documentId = await ask(REPORT);
    await owner.query(
      "UPDATE app.document SET state = 'rendering', attempts = 1, next_try_at = $2 WHERE document_id = $1",
      [documentId, new Date(T0 + 60_000)],
    );
    expect((await make()).made).toBe(0);
    expect((await make(alice, {}, T0 + 60_001)).made).toBe(1);
    expect(await rowOf(documentId)).toMatchObject({ state: 'ready' });
  });

  test('of a time that has not begun is refused', async () => {
    expect(await refusal(ask({ kind: 'executive-report', month: '2026-12' }))).toBe('invalid-request');
  });

  test('stays when its client is archived', async () => {
    const documentId = await ask(REPORT, bob);
    await make(bob);
    await owner.query('UPDATE app.client SET archived_at = now() WHERE client_id = $1', [bob.clientId]);
    expect(await rowOf(documentId, bob)).toMatchObject({ state: 'ready', clientName: 'Bob Brothers' });
    expect((await fileOf(documentId, 'pdf', bob)).length).toBeGreaterThan(10_000);
    await owner.query('UPDATE app.client SET archived_at = NULL WHERE client_id = $1', [bob.clientId]);
  });
});

describe('a bundle', () => {
  test('that was packed before there was a checkpoint says so, and is genuine', async () => {
    const documentId = await ask(REPORT);
    await make();
    const told = await verifyFile(await fileOf(documentId, 'bundle'), press.signer.certificates);
    expect(told.verdict).toBe('genuine');
    const open = told.checks.filter(({ isGood }) => isGood !== true);
    expect(open).toMatchObject([
      { isGood: null, text: expect.stringContaining('Nothing in its log is signed') },
    ]);
  });

  test('holds the document, its facts, the log, the verifiers and a signature over all of it', async () => {
    const documentId = await ask(REPORT);
    const current = generateKeyPairSync('ed25519').privateKey;
    await makeCheckpoint(worker, { current, former: null }, new Date(), true);
    await make();
    const bundle = await fileOf(documentId, 'bundle');
    const { verdict, checks } = await verifyFile(bundle, press.signer.certificates);
    expect(checks.filter(({ isGood }) => isGood === false)).toEqual([]);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'checkpoints', isGood: true }));
    expect(verdict).toBe('genuine');
    const files = unzipSync(bundle);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([
        'mimetype',
        'document.pdf',
        'facts.json',
        'verify/verify.mjs',
        'verify/verify.py',
        'log/log.json',
        'log/events.jsonl',
        'log/keys.json',
        'manifest.json',
        'META-INF/signature001.p7s',
      ]),
    );
    expect(files['document.pdf']).toEqual(await fileOf(documentId, 'pdf'));
  });

  test('that was altered says what is wrong', async () => {
    const documentId = await ask(REPORT);
    await make();
    const bundle = await fileOf(documentId, 'bundle');
    expect((await verifyFile(bundle, [])).verdict).toBe('not-genuine');
    const files = unzipSync(bundle);
    const altered = async (changed: Record<string, Uint8Array>) => {
      const { verdict, checks } = await verifyFile(zipSync(changed), press.signer.certificates);
      expect(verdict).toBe('not-genuine');
      return checks.flatMap(({ isGood, text }) => (isGood === false ? [text] : []));
    };
    expect(await altered({ ...files, 'log/keys.json': Buffer.from('{}') })).toEqual([
      'Not as it was signed: log/keys.json was changed.',
      'The evidence log is broken, here: log/keys.json: is not of this installation.',
    ]);
    expect(await altered({ ...files, 'extra.txt': Buffer.from('x') })).toEqual([
      'Not as it was signed: extra.txt was added.',
    ]);
    const { 'facts.json': _, ...less } = files;
    expect(await altered(less)).toEqual(['Not as it was signed: facts.json is missing.']);
    expect((await verifyFile(bundle.subarray(0, 4000), press.signer.certificates)).verdict).toBe(
      'no-document',
    );
  });
});

describe.skipIf(!requireTool('openssl', ['version']))('a time stamp', () => {
  const SAYS =
    /^It was signed by \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC at the latest, says Test Stamp Authority\.$/;
  let authority: TestAuthority;
  beforeAll(async () => {
    authority = await openTestAuthority('rsa', 'Test Stamp Authority');
  });
  afterAll(() => authority.close());

  test('is put in at once, and is there to our own check, in the bundle and to other programs', async () => {
    authority.mood = 'good';
    const documentId = await ask(REPORT);
    expect(await make(alice, { tsaUrl: authority.url })).toEqual({ made: 1, stamped: 0, failures: [] });
    expect(await rowOf(documentId)).toMatchObject({ state: 'ready', isStamped: true });
    const pdf = await fileOf(documentId, 'pdf');
    expect(await timeOf(pdf)).toEqual({ verdict: 'genuine', text: expect.stringMatching(SAYS) });
    expect(unzipSync(await fileOf(documentId, 'bundle'))['document.pdf']).toEqual(pdf);
    holdsElsewhere(pdf, authority.caFile);
  });

  test.each(['refuses', 'silent', 'changes-a-byte'] as const)(
    'that an authority which %s does not give is asked for later, ever later, and put in then',
    async (mood) => {
      authority.mood = mood;
      const tsaUrl = authority.url;
      const documentId = await ask(REPORT);
      expect(await make(alice, { tsaUrl })).toEqual({ made: 1, stamped: 0, failures: [] });
      expect(await rowOf(documentId)).toMatchObject({ state: 'ready', isStamped: false });
      const unstamped = await fileOf(documentId, 'pdf');
      expect(await timeOf(unstamped)).toEqual({ verdict: 'genuine', text: undefined });
      expect(await make(alice, { tsaUrl }, T0 + 4 * MINUTE)).toMatchObject({ stamped: 0, failures: [] });
      const later = await make(alice, { tsaUrl }, T0 + 6 * MINUTE);
      expect(later.failures.map((one) => one.documentId)).toEqual([documentId]);
      expect(await make(alice, { tsaUrl }, T0 + 15 * MINUTE)).toMatchObject({ stamped: 0, failures: [] });
      expect(await fileOf(documentId, 'pdf')).toEqual(unstamped);

      authority.mood = 'good';
      expect(await make(alice, { tsaUrl }, T0 + 17 * MINUTE)).toEqual({ made: 0, stamped: 1, failures: [] });
      const row = await rowOf(documentId);
      const pdf = await fileOf(documentId, 'pdf');
      expect(row).toMatchObject({ isStamped: true, pdfSha256: sha256Of(pdf) });
      expect(await timeOf(pdf)).toEqual({ verdict: 'genuine', text: expect.stringMatching(SAYS) });
      holdsElsewhere(pdf, authority.caFile);
      // What is signed stayed: only the room that was kept for the signature was written into.
      const differs = Array.from(pdf, (byte, index) => (byte === unstamped[index] ? -1 : index)).filter(
        (index) => index >= 0,
      );
      const field = Buffer.from(pdf).lastIndexOf('/Contents <');
      expect(pdf.length).toBe(unstamped.length);
      expect(Math.min(...differs)).toBeGreaterThan(field);
      expect(Math.max(...differs)).toBeLessThan(Buffer.from(pdf).indexOf('>', field));
      expect(await make(alice, { tsaUrl }, T0 + 48 * 60 * MINUTE)).toEqual({
        made: 0,
        stamped: 0,
        failures: [],
      });
    },
  );

  test('of another document, or with a byte changed, does not pass', async () => {
    authority.mood = 'good';
    const [mine, other] = [await ask(REPORT), await ask({ kind: 'restore-certificate', recordId })];
    await make(alice, { tsaUrl: authority.url });
    const pdf = await fileOf(mine, 'pdf');
    const token = stampIn(await fileOf(other, 'pdf')).token;
    const exchanged = withContents(pdf, (signed) => {
      const [signerInfo] = signed.signerInfos;
      const stamp = signerInfo?.unsignedAttrs?.attributes[0];
      if (stamp) stamp.values = [fromBER(new Uint8Array(token).buffer).result];
    });
    const wrong = 'Its time stamp is not valid, or belongs to another signature.';
    expect(await timeOf(exchanged)).toEqual({ verdict: 'not-genuine', text: wrong });
  });
});

const MINUTE = 60_000;
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The verdict of our own check, and what it says of the time. */
async function timeOf(pdf: Uint8Array): Promise<{ verdict: string; text: string | undefined }> {
  const { verdict, checks } = await verifyFile(pdf, press.signer.certificates);
  return { verdict, text: checks.find(({ name }) => name === 'time')?.text };
}

/** The signature that a file holds, and where it stands in it. */
function signatureIn(pdf: Uint8Array): { signed: SignedData; from: number; to: number } {
  const file = Buffer.from(pdf);
  const from = file.lastIndexOf('/Contents <') + '/Contents <'.length;
  const to = file.indexOf('>', from);
  const der = Buffer.from(file.subarray(from, to).toString('latin1'), 'hex');
  const info = new ContentInfo({ schema: fromBER(new Uint8Array(der).buffer).result });
  return { signed: new SignedData({ schema: info.content }), from, to };
}

/** The time stamp in it (DER), and the SHA-256 of the signature that it has to be of. */
function stampIn(pdf: Uint8Array): { token: Uint8Array; signatureSha256: string } {
  const [signerInfo] = signatureIn(pdf).signed.signerInfos;
  const value = signerInfo?.unsignedAttrs?.attributes[0]?.values[0] as { toBER(): ArrayBuffer } | undefined;
  if (!signerInfo || !value) throw new Error('there is no time stamp in it');
  return {
    token: new Uint8Array(value.toBER()),
    signatureSha256: sha256Of(signerInfo.signature.valueBlock.valueHexView),
  };
}

function withContents(pdf: Uint8Array, change: (signed: SignedData) => void): Uint8Array {
  const { signed, from, to } = signatureIn(pdf);
  change(signed);
  const info = new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: signed.toSchema(true) });
  const file = Buffer.from(pdf);
  const hex = Buffer.from(info.toSchema().toBER()).toString('hex');
  file.write(hex.padEnd(to - from, '0'), from, 'latin1');
  return file;
}

/** Poppler finds the signature valid over the whole file, and OpenSSL the time stamp by its authority and of that signature. */
function holdsElsewhere(pdf: Uint8Array, caFile: string): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
  try {
    const { token, signatureSha256 } = stampIn(pdf);
    writeFileSync(path.join(folder, 'document.pdf'), pdf);
    writeFileSync(path.join(folder, 'token.der'), token);
    const stamp = ['ts', '-verify', '-token_in', '-in', 'token.der', '-digest', signatureSha256];
    const told = spawnSync('openssl', [...stamp, '-CAfile', caFile], { cwd: folder, encoding: 'utf8' });
    expect(told.stdout + told.stderr).toContain('Verification: OK');
    if (!HAS_PDFSIG) return;
    const { stdout } = spawnSync('pdfsig', ['-nocert', 'document.pdf'], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toContain('Signature Type: ETSI.CAdES.detached');
    expect(stdout).toContain('Signature is Valid');
    expect(stdout).toContain('Total document signed');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('branding', () => {
  test('goes into documents that are made from then on; a logo is made anew from its pixels', async () => {
    await changeBranding(
      web,
      scopeOf(alice),
      PERSON,
      { name: 'Alice & Daughters', colour: '#0b5a5e', logo: pngWith('secret comment').toString('base64') },
      T0,
    );
    const documentId = await ask(REPORT);
    await make();
    const facts = Buffer.from(await fileOf(documentId, 'facts')).toString();
    expect(facts).toContain('"msp":{"colour":"#0b5a5e","hasLogo":true,"name":"Alice & Daughters"}');
    const { rows } = await owner.query<{ logo_png: Buffer }>('SELECT logo_png FROM app.branding');
    expect(rows[0]?.logo_png.toString('latin1')).not.toContain('secret comment');
    expect((await verifyFile(await fileOf(documentId, 'pdf'), press.signer.certificates)).verdict).toBe(
      'genuine',
    );
  });

  test.each([
    ['what is no PNG', Buffer.from('<svg onload=alert(1)>')],
    ['a PNG that was cut', pngWith('x').subarray(0, 40)],
    ['a PNG with a byte changed', pngWith('x').fill(7, 20, 21)],
  ])('refuses %s', async (_, logo) => {
    const form = { name: 'Alice IT', colour: '#000000', logo: logo.toString('base64') };
    expect(await refusal(changeBranding(web, scopeOf(alice), PERSON, form, T0))).toBe('invalid-request');
  });
});

/** A PNG of one pixel with a comment in it. */
function pngWith(comment: string): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${comment}`)),
    chunk('IDAT', deflateSync(Buffer.from([0, 10, 20, 30]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc(body));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  return Buffer.concat([size, body, sum]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
