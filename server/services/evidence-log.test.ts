import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setting } from '@/server/config';
import { appendAuditEvent } from '@/server/data/audit';
import { type Database, openDatabase } from '@/server/data/database';
import { openTestAuthority, type TestAuthority } from '@/server/evidence/testing/time-stamp-authority';
import { makeTenantScope } from '@/server/tenancy/tenant-scope';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { readBundle, sumAnew, writeBundle } from '@/verify/testing/attacker';
import { openPythonVerifier, type PythonVerifier } from '@/verify/testing/python-verifier';
import type { Verdict } from '@/verify/verify';
import { verify } from '@/verify/verify.mjs';
import { exportEvidenceLog, type LogPart } from './export-evidence-log';
import { type CheckpointOutcome, type EvidenceKeys, makeCheckpoint } from './make-checkpoint';
import { timeStampCheckpoint } from './time-stamp-checkpoint';

const EVER = { clientId: null, from: new Date(0), to: new Date('2100-01-01') };
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-log-'));
let python: PythonVerifier;
let bundles = 0;

beforeAll(() => {
  python = openPythonVerifier();
});
afterAll(() => {
  python.close();
  fs.rmSync(folder, { recursive: true });
});

const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
const publicText = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

/** An installation with two MSPs. */
interface Lab {
  readonly cast: ScreenCast;
  readonly worker: Database;
  readonly ours: CastMsp;
  readonly theirs: CastMsp;
  readonly otherClientId: string;
  readonly append: (count: number, of?: CastMsp, clientId?: string | null, text?: string) => Promise<void>;
  readonly sign: (keys: EvidenceKeys, now?: Date) => Promise<CheckpointOutcome>;
  /** A folder with the bundle. */
  readonly written: (part?: Partial<LogPart>, of?: CastMsp) => Promise<string>;
  readonly close: () => Promise<void>;
}

async function openLab(): Promise<Lab> {
  const cast = await openScreenCast();
  const worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  const ours = await cast.newMsp('Quillmark IT');
  const theirs = await cast.newMsp('Northgate');
  return {
    cast,
    worker,
    ours,
    theirs,
    otherClientId: await ours.newClient('Other client'),
    append: async (count, of = ours, clientId = null, text = 'as usual') => {
      for (let index = 0; index < count; index++)
        await cast.web.inScope(of.scope(), (tx) =>
          appendAuditEvent(tx, {
            action: 'declaration.made',
            clientId,
            target: {},
            details: { index, text },
            private: { declaredByName: 'Mara Quill' },
          }),
        );
    },
    sign: (keys, now = new Date()) => makeCheckpoint(worker, keys, now, true),
    written: async (part = {}, of = ours) => {
      const at = path.join(folder, String(++bundles));
      for await (const piece of exportEvidenceLog(cast.web, of.scope('owner'), { ...EVER, ...part })) {
        fs.mkdirSync(path.dirname(path.join(at, piece.path)), { recursive: true });
        fs.appendFileSync(path.join(at, piece.path), piece.bytes);
      }
      return at;
    },
    close: async () => {
      await worker.close();
      await cast.close();
    },
  };
}

const NONE = { keys: [] as string[], witnesses: [] as string[], authorities: [] as string[] };

/** What both verifiers say, which has to be the same. */
async function verdictOf(bundle: string, options: Partial<typeof NONE> = {}): Promise<Verdict> {
  const asked = { ...NONE, ...options };
  const verdict = (await verify(bundle, asked)) as Verdict;
  expect(await python.verify(bundle, asked)).toEqual(verdict);
  return verdict;
}

/** Makes the checksums of a folder fit what is in it now. */
function coverTraces(at: string): void {
  const bundle = readBundle(at);
  sumAnew(bundle);
  writeBundle(bundle, at);
}

const remark = (text: string): unknown => expect.arrayContaining([expect.stringContaining(text)]);

describe('a bundle of the log', () => {
  let lab: Lab;
  const key = newKey();
  const keys = { current: key, former: null };

  beforeAll(async () => {
    lab = await openLab();
    await lab.append(5);
    await lab.append(5, lab.theirs);
    await lab.sign(keys);
    await lab.append(3, lab.ours, lab.ours.clientId);
    await lab.append(3, lab.ours, lab.otherClientId);
    await lab.sign(keys);
  });
  afterAll(() => lab.close());

  it('is whole, and says by which key', async () => {
    const verdict = await verdictOf(await lab.written(), { keys: [publicText(key)] });
    expect(verdict).toMatchObject({
      verdict: 'whole',
      problems: [],
      counts: { events: 11, shown: 11, values: 11, withheld: 0 },
      remarks: remark('which you gave'),
    });
  });

  it('of one client shows nothing of the others, and still proves every link', async () => {
    const bundle = await lab.written({ clientId: lab.ours.clientId });
    const text = fs.readFileSync(path.join(bundle, 'events.jsonl'), 'utf8');
    expect(text).not.toContain(lab.otherClientId);
    expect(await verdictOf(bundle)).toMatchObject({
      verdict: 'whole',
      counts: { events: 11, shown: 3, withheld: 8, unproved: 0 },
      remarks: remark('none of the withheld ones within the period is of this client'),
    });
  });

  it('from before the first checkpoint is followed all the same, and says that nothing is signed', async () => {
    const fresh = await openLab();
    await fresh.append(2);
    expect(await verdictOf(await fresh.written())).toMatchObject({
      verdict: 'broken',
      problems: [{ file: 'checkpoints/', seq: null, why: 'nothing here is signed: there is no checkpoint' }],
      counts: { events: 2, shown: 2 },
    });
    await fresh.close();
  });

  it('of one client is refused to who sees another one only, and the whole log to who sees some clients', async () => {
    const { mspId } = lab.ours;
    const scope = makeTenantScope({
      mspId,
      clientIds: [lab.otherClientId],
      actorId: null,
      role: 'technician',
    });
    for (const clientId of [lab.ours.clientId, null])
      await expect(exportEvidenceLog(lab.cast.web, scope, { ...EVER, clientId }).next()).rejects.toThrow(
        'There is nothing here.',
      );
    const first = await exportEvidenceLog(lab.cast.web, scope, {
      ...EVER,
      clientId: lab.otherClientId,
    }).next();
    expect(first.done).toBe(false);
  });

  it('shows it when an event of the client is withheld all the same', async () => {
    const bundle = await lab.written({ clientId: lab.otherClientId });
    const log = JSON.parse(fs.readFileSync(path.join(bundle, 'log.json'), 'utf8')) as object;
    fs.writeFileSync(path.join(bundle, 'log.json'), JSON.stringify({ ...log, client: lab.ours.clientId }));
    coverTraces(bundle);
    const verdict = await verdictOf(bundle);
    expect(verdict.problems).toEqual([
      { file: 'events.jsonl', seq: 6, why: 'is of this client, but withheld' },
    ]);
  });

  it('of a period begins and ends at checkpoints, and withholds what is outside', async () => {
    const [event] = await lab.cast.rows('SELECT at FROM audit.event WHERE msp_id = $1 AND seq = 7', [
      lab.ours.mspId,
    ]);
    await lab.append(2);
    const verdict = await verdictOf(await lab.written({ from: event?.['at'] as Date }));
    expect(verdict).toMatchObject({
      verdict: 'whole',
      counts: { events: 8, shown: 7, withheld: 1 },
      remarks: remark('2 events after it are chained, but not yet signed'),
    });
    expect(await lab.sign(keys)).toEqual({ kind: 'made', checkpointId: 3 });
  });

  it('that has events of the older form proves what it can, and says what it cannot', async () => {
    const old = await openLab();
    // As `audit.append` wrote until this form came.
    const [installed] = await old.cast.rows("SELECT pg_get_functiondef('audit.append'::regproc) AS sql");
    const sql = fs.readFileSync('prisma/migrations/20261124000000_foundation/migration.sql', 'utf8');
    const [former = ''] = /create function audit\.append\([\s\S]+?end \$\$;/.exec(sql) ?? [];
    await old.cast.rows(former.replace('create function', 'create or replace function'));
    await old.append(3, old.ours, old.ours.clientId);
    await old.append(3, old.ours, old.otherClientId);
    await old.cast.rows(String(installed?.['sql']));
    await old.append(2, old.ours, old.otherClientId);
    await old.sign(keys);
    expect(await verdictOf(await old.written())).toMatchObject({ verdict: 'whole', counts: { shown: 8 } });
    expect(await verdictOf(await old.written({ clientId: old.ours.clientId }))).toMatchObject({
      verdict: 'whole',
      counts: { shown: 3, withheld: 5, unproved: 3 },
      remarks: remark('3 of those are of the older form'),
    });
    await old.close();
  });

  it('is made by one at a time, after ten minutes, and only when something happened', async () => {
    const at = new Date(Date.now() + 3_600_000);
    const soon = new Date(at.getTime() + 9 * 60_000);
    const later = new Date(at.getTime() + 10 * 60_000);
    expect(await makeCheckpoint(lab.worker, keys, at)).toEqual({ kind: 'unchanged' });
    await lab.append(1);
    const both = await Promise.all([1, 2].map(() => makeCheckpoint(lab.worker, keys, at)));
    expect(both.filter(({ kind }) => kind === 'made')).toHaveLength(1);
    await lab.append(1);
    expect(await makeCheckpoint(lab.worker, keys, soon)).toEqual({ kind: 'too-soon' });
    expect(await makeCheckpoint(lab.worker, keys, later)).toMatchObject({ kind: 'made' });
    // A clock that was set back takes no order from them.
    await lab.append(1);
    expect(await lab.sign(keys, new Date(0))).toMatchObject({ kind: 'made' });
    expect((await verdictOf(await lab.written())).verdict).toBe('whole');
  });
});

describe('keys', () => {
  let lab: Lab;
  const [first, second, third] = [newKey(), newKey(), newKey()];
  beforeAll(async () => {
    lab = await openLab();
    await lab.append(2);
    await lab.sign({ current: first, former: null });
    await lab.append(2);
  });
  afterAll(() => lab.close());

  it('another key signs only when the one before says so', async () => {
    expect(await lab.sign({ current: second, former: null })).toEqual({ kind: 'foreign-key' });
    expect(await lab.sign({ current: second, former: third })).toEqual({ kind: 'foreign-key' });
    expect(await lab.sign({ current: second, former: first })).toEqual({ kind: 'made', checkpointId: 2 });
    expect(await lab.sign({ current: first, former: second })).toEqual({ kind: 'foreign-key' });
    const [told] = await lab.cast.rows(
      "SELECT body FROM audit.instance_event WHERE action = 'evidence-key.rotated'",
    );
    expect(JSON.parse(String(told?.['body']))).toMatchObject({ details: { isAnnounced: true } });
    expect(await verdictOf(await lab.written(), { keys: [publicText(first)] })).toMatchObject({
      verdict: 'whole',
      remarks: remark(publicText(second)),
    });
  });

  it('a note outside of the time of its key is refused', async () => {
    await lab.append(1);
    expect(await lab.sign({ current: second, former: null })).toEqual({ kind: 'made', checkpointId: 3 });
    const bundle = await lab.written();
    const file = path.join(bundle, 'keys.json');
    const said = JSON.parse(fs.readFileSync(file, 'utf8')) as { keys: { from: string; to: string | null }[] };
    const [, signer] = said.keys;
    if (signer) signer.to = new Date(Date.parse(signer.from) + 1).toISOString();
    fs.writeFileSync(file, JSON.stringify(said));
    coverTraces(bundle);
    const verdict = await verdictOf(bundle);
    expect(verdict.problems[0]?.why).toMatch(/outside of its time/);
  });

  it('a key that nobody announced shows, unless it is the one that was given', async () => {
    await lab.append(1);
    expect(await lab.sign({ current: third, former: 'lost' })).toEqual({ kind: 'made', checkpointId: 4 });
    const bundle = await lab.written();
    expect((await verdictOf(bundle)).problems[0]?.why).toMatch(/was not announced/);
    expect((await verdictOf(bundle, { keys: [publicText(third), publicText(first)] })).verdict).toBe('whole');
    expect((await verdictOf(bundle, { keys: [publicText(newKey())] })).verdict).toBe('broken');
  });
});

/** The clock in so many hours. */
const at = (hours: number) => () => new Date(Date.now() + hours * 3_600_000);

describe('time-stamps', () => {
  let lab: Lab;
  let authority: TestAuthority;
  const keys = { current: newKey(), former: null };

  beforeAll(async () => {
    lab = await openLab();
    authority = await openTestAuthority('rsa', 'Test Stamp Authority');
    await lab.append(3);
    await lab.sign(keys);
  });
  afterAll(async () => {
    await authority.close();
    await lab.close();
  });

  it.each([
    ['refuses', 'the authority answered 503'],
    ['silent', 'fetch failed'],
    ['changes-a-byte', 'has a signature that does not hold'],
  ] as const)(
    'an authority that %s is asked again, later each time, and nothing is kept',
    async (mood, problem) => {
      authority.mood = mood;
      const hours = ['refuses', 'silent', 'changes-a-byte'].indexOf(mood);
      expect(await timeStampCheckpoint(lab.worker, authority.url, at(hours))).toMatchObject({
        kind: 'failed',
        problem: expect.stringContaining(problem),
      });
      expect(await timeStampCheckpoint(lab.worker, authority.url, at(hours))).toEqual({
        kind: 'nothing-due',
      });
      const [kept] = await lab.cast.rows('SELECT tsa_token FROM audit.checkpoint');
      expect(kept?.['tsa_token']).toBeNull();
    },
  );

  it('stand in the bundle, and show that it is anchored outside', async () => {
    authority.mood = 'good';
    expect(await timeStampCheckpoint(lab.worker, authority.url, at(5))).toEqual({
      kind: 'stamped',
      checkpointId: 1,
    });
    const bundle = await lab.written();
    const stamp = { seq: 3, by: 'Test Stamp Authority' };
    expect(await verdictOf(bundle)).toMatchObject({
      verdict: 'anchored',
      anchor: { ...stamp, trusted: false },
    });
    const authorities = [authority.caFile];
    expect(await verdictOf(bundle, { authorities })).toMatchObject({
      verdict: 'anchored',
      anchor: { ...stamp, trusted: true },
    });
    const name = path.join(bundle, 'checkpoints/00000001');
    const said = execFileSync(
      'openssl',
      ['ts', '-verify', '-data', `${name}.note`, '-in', `${name}.tsr`, '-CAfile', authority.caFile],
      { stdio: 'pipe' },
    );
    expect(said.toString()).toContain('OK');
  });

  it('are asked for once an hour, and an answer to another question is refused', async () => {
    await lab.append(1);
    await lab.sign(keys);
    expect(await timeStampCheckpoint(lab.worker, authority.url, at(0.5))).toEqual({ kind: 'nothing-due' });
    authority.mood = 'answers-another';
    expect(await timeStampCheckpoint(lab.worker, authority.url, at(2))).toMatchObject({ kind: 'failed' });
  });

  it.each(['p256', 'p384'] as const)(
    'by a key of the curve %s hold, and by a forged authority do not',
    async (kind) => {
      const other = await openTestAuthority(kind, `Curve ${kind}`);
      await lab.append(1);
      await lab.sign(keys);
      await timeStampCheckpoint(lab.worker, other.url, at(24));
      const bundle = await lab.written();
      expect(await verdictOf(bundle, { authorities: [other.caFile, authority.caFile] })).toMatchObject({
        verdict: 'anchored',
        anchor: { by: `Curve ${kind}` },
      });
      const verdict = await verdictOf(bundle, { authorities: [authority.caFile] });
      expect(verdict.problems[0]?.why).toBe('is not by an authority that you trust');
      await other.close();
      await lab.cast.rows(
        'UPDATE audit.checkpoint SET tsa_token = NULL, tsa_at = NULL WHERE checkpoint_id > 1',
      );
    },
  );
});
