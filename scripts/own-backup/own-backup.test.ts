import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slowTest } from '@/test/slow-test';
import { postgresStatus, startPostgres, stopPostgres } from '../embedded-postgres.mjs';
import { applyMigrations } from '../migrate.mjs';
import { freePort } from '../ports.mjs';
import { until } from '../run-program.mjs';
import { readSecrets } from '../settings.mjs';
import { backupIds, checkBackup, openBackup, pruneBackups, type Backup } from './backup-folder.mjs';
import { followWal } from './follow-wal.mjs';
import { recover, restoreBackup } from './restore.mjs';
import { takeBackup, withBackupLock } from './take-backup.mjs';

/** On a real disk, by real servers: nothing here stands for something else. */
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-own-backup-'));
fs.chmodSync(root, 0o711); // Postgres of a root passes through
const dataDir = path.join(root, 'data');
const backupDir = path.join(root, 'backups');
const postgresDir = path.join(dataDir, 'postgres');
let ownerUrl: string;
let first: Backup;

beforeAll(async () => {
  fs.mkdirSync(path.join(dataDir, 'logs'), { recursive: true, mode: 0o711 });
  fs.chmodSync(dataDir, 0o711);
  const secrets = readSecrets(dataDir);
  fs.writeFileSync(path.join(dataDir, 'runtime.json'), '{}');
  fs.writeFileSync(path.join(dataDir, 'logs/web.log'), 'a line');
  const { port } = await startPostgres({
    dataDir: postgresDir,
    port: await freePort(4520),
    password: secrets.postgres,
    settings: { fsync: 'off', autovacuum: 'off', shared_buffers: '32MB' },
  });
  ownerUrl = `postgresql://postgres:${secrets.postgres}@127.0.0.1:${port}/holdfast`;
  await ask(ownerUrl.replace(/holdfast$/, 'postgres'), 'CREATE DATABASE holdfast');
  await applyMigrations(ownerUrl, { contextKeyHex: secrets.contextKey });
  await ask(ownerUrl, 'CREATE TABLE public.acknowledged (id bigint PRIMARY KEY, text text)');
  first = await take({ now: new Date('2026-01-01T00:00:00Z') });
}, 120_000);

afterAll(async () => {
  await stopPostgres({ dataDir: postgresDir });
  fs.rmSync(root, { recursive: true, force: true });
});

describe('a backup of Holdfast itself', { timeout: 180_000 }, () => {
  it('brings back everything that was acknowledged before it ended, while writers go on', async () => {
    const writer = writeOn(1_000_000);
    await until(() => writer.acknowledged() > 50, 10_000);
    let before = 0;
    const backup = await take({ say: () => (before = writer.acknowledged()) });
    await until(() => writer.acknowledged() > before + 50, 10_000);
    await writer.stop();
    expect(before).toBeGreaterThan(50);
    const [restored] = await fromRestored(
      backup,
      'SELECT count(*)::int AS rows, max(id)::int AS last FROM acknowledged',
    );
    // Without a gap, and with all that was acknowledged when the copy of the log began.
    expect(restored).toEqual({ rows: restored?.['rows'], last: 1_000_000 + Number(restored?.['rows']) - 1 });
    expect(restored?.['rows']).toBeGreaterThanOrEqual(before);
  });

  it('holds the secrets, for its owner only, and of what it brought back a backup can be taken again', async () => {
    const into = path.join(root, 'secrets');
    await restoreBackup({ backup: first, into });
    for (const name of ['secrets.json', 'evidence-key', 'document-key'])
      expect(fs.readFileSync(path.join(into, name))).toEqual(fs.readFileSync(path.join(dataDir, name)));
    expect(fs.readdirSync(into).toSorted()).toEqual([
      'document-key',
      'evidence-key',
      'postgres',
      'secrets.json',
    ]);
    const modes = ['secrets.json', 'evidence-key', 'document-key'].map(
      (name) => fs.statSync(path.join(into, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o400, 0o400]);
    const all = fs.readdirSync(first.folder, { recursive: true, withFileTypes: true });
    expect(all.length).toBeGreaterThan(5);
    for (const entry of all) {
      const mode = fs.statSync(path.join(entry.parentPath, entry.name)).mode & 0o777;
      expect(mode, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
    const second = await onRestored(into, async (url) => {
      await ask(url, 'CREATE TABLE public.second AS SELECT 1 AS id');
      const to = path.join(root, 'backups-2');
      return takeBackup({
        ownerUrl: url,
        postgresDir: path.join(into, 'postgres'),
        dataDir: into,
        backupDir: to,
      });
    });
    expect(second.manifest.timeline).toBe(first.manifest.timeline + 1);
    expect(await fromRestored(second, 'SELECT id FROM second')).toEqual([{ id: 1 }]);
  });

  slowTest(
    'reaches to the last copy of the log and to any moment before, until the next one is finished',
    async () => {
      await insert(1);
      const backup = await take({ follows: true });
      await insert(2);
      expect(await follow()).not.toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 20));
      const moment = new Date();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await insert(3);
      const newer = await take({ follows: true });
      await insert(4);
      // Nothing is committed after it: then the end is what was asked for.
      const last = new Date((await follow()) ?? '');
      expect(await slots()).toEqual([newer.manifest.slot]);
      await insert(5);
      await follow();
      const ids = 'SELECT id::int FROM acknowledged WHERE id < 10 ORDER BY id';
      expect(await fromRestored(backup, ids)).toEqual([1, 2, 3, 4].map((id) => ({ id })));
      expect(await fromRestored(backup, ids, moment)).toEqual([{ id: 1 }, { id: 2 }]);
      expect(await fromRestored(backup, ids, last)).toHaveLength(4);
      const early = new Date(Date.parse(backup.manifest.finishedAt) - 1);
      await expect(fromRestored(backup, ids, early)).rejects.toThrow(/can bring back any moment from .* to /);
      fs.rmSync(newer.folder, { recursive: true });
      await follow();
      expect(await slots()).toEqual([]);
    },
  );

  it('that was killed in the middle is none, and the next one removes what it left', async () => {
    const partials = (): string[] => fs.readdirSync(backupDir).filter((name) => name.endsWith('.partial'));
    const known = backupIds(backupDir);
    const script = path.join(root, 'backup.mjs');
    fs.writeFileSync(
      script,
      `import { takeBackup } from ${JSON.stringify(path.resolve(import.meta.dirname, 'take-backup.mjs'))};
       await takeBackup(${JSON.stringify({ ownerUrl, postgresDir, dataDir, backupDir, follows: true })});`,
    );
    const child = spawn(process.execPath, [script], { stdio: 'ignore' });
    const copied = (): number => {
      const file = path.join(backupDir, partials()[0] ?? '', 'database.tar.gz');
      return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    };
    expect(await until(() => copied() > 0, 20_000)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [left = ''] = partials();
    expect(backupIds(backupDir)).toEqual(known);
    expect(() => openBackup(path.join(backupDir, left))).toThrow(/is no finished backup/);
    expect(await slots()).toHaveLength(1);
    const { id } = await take({ now: new Date('2026-01-02T00:00:00Z') });
    pruneBackups(backupDir, 100);
    await follow();
    expect([partials(), await slots()]).toEqual([[], []]);
    expect(backupIds(backupDir)).toEqual([...known, id].toSorted());
  });

  it('is never written over, nor into a folder that holds anything', async () => {
    await expect(take({ now: new Date('2026-01-01T00:00:00Z') })).rejects.toThrow(
      /There is a backup .* already/,
    );
    const into = path.join(root, 'taken');
    fs.mkdirSync(into);
    fs.writeFileSync(path.join(into, 'photo.jpg'), '');
    await expect(restoreBackup({ backup: first, into })).rejects.toThrow(/is not empty \(photo\.jpg\)/);
    expect(fs.readdirSync(into)).toEqual(['photo.jpg']);
    await withBackupLock(backupDir, async () => {
      const other = spawn(process.execPath, ['-e', lockScript()], { stdio: ['ignore', 'ignore', 'pipe'] });
      const [said] = (await once(other.stderr, 'data')) as [Buffer];
      expect(said.toString()).toMatch(/A backup or a drill is under way .*\(process \d+\)/);
    });
  });

  it('goes when newer ones are there, the oldest first', () => {
    const dir = path.join(root, 'many');
    for (const day of [1, 2, 3, 4])
      fs.mkdirSync(path.join(dir, `2026-01-0${day}T00-00-00Z`), { recursive: true });
    fs.mkdirSync(path.join(dir, 'not-a-backup'));
    expect(pruneBackups(dir, 2)).toEqual(['2026-01-01T00-00-00Z', '2026-01-02T00-00-00Z']);
    expect(fs.readdirSync(dir).toSorted()).toEqual([
      '2026-01-03T00-00-00Z',
      '2026-01-04T00-00-00Z',
      'not-a-backup',
    ]);
  });
});

const flip = (file: string): void => {
  const bytes = fs.readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  fs.writeFileSync(file, bytes);
};
const cut = (file: string): void => fs.truncateSync(file, fs.statSync(file).size - 1);
const remove = (file: string): void => fs.rmSync(file);
const edit =
  (from: RegExp, to: string) =>
  (file: string): void => {
    const text = fs.readFileSync(file, 'utf8');
    expect(text).toMatch(from);
    fs.writeFileSync(file, text.replace(from, to));
  };

describe('a backup that is not what it was', () => {
  const piece = /^[0-9A-F]{16}-[0-9A-F]{16}\.gz$/;
  const cases: readonly [string, string | RegExp, (file: string) => void, RegExp][] = [
    ['a bit of the database', 'database.tar.gz', flip, /^database\.tar\.gz was altered/],
    ['a database that is cut off', 'database.tar.gz', cut, /^database\.tar\.gz was altered/],
    ['a database that is gone', 'database.tar.gz', remove, /^database\.tar\.gz is missing/],
    ['a bit of the secrets', 'secrets.tar.gz', flip, /^secrets\.tar\.gz was altered/],
    ['secrets that are gone', 'secrets.tar.gz', remove, /^secrets\.tar\.gz is missing/],
    ['a bit of the log', piece, flip, /^wal\/.*\.gz was altered/],
    ['a piece of the log that is cut off', piece, cut, /^wal\/.*\.gz was altered/],
    ['a piece of the log that is gone', piece, remove, /^wal\/.*\.gz is missing/],
    ['the index of the log that is gone', 'index.jsonl', remove, /^the log does not reach/],
    ['the index of the log that is cut off', 'index.jsonl', cut, /^the log does not reach/],
    [
      'a position in the index',
      'index.jsonl',
      edit(/"to":"\d+"/, '"to":"7"'),
      /^wal\/index\.jsonl is damaged in line 1/,
    ],
    [
      'a list of hashes without a line',
      'SHA256SUMS',
      edit(/^.*\n/, ''),
      /^SHA256SUMS does not list database/,
    ],
    [
      'a number in the manifest',
      'manifest.json',
      edit(/"size": \d/, '"size": 9'),
      /^manifest\.json was altered/,
    ],
  ];

  it.each(cases)('is found by %s, and nothing is written', async (_, name, tamper, problem) => {
    const folder = copyOfFirst('tampered');
    const inside = name === 'index.jsonl' || name instanceof RegExp ? path.join(folder, 'wal') : folder;
    tamper(
      path.join(
        inside,
        fs.readdirSync(inside).find((one) => one === name || (piece.test(one) && name === piece)) ?? '',
      ),
    );
    const problems = await checkBackup(openBackup(folder));
    expect(problems).toEqual([expect.stringMatching(problem)]);
    const into = path.join(root, 'nothing');
    await expect(restoreBackup({ backup: openBackup(folder), into })).rejects.toThrow(problems[0]);
    expect([fs.existsSync(into), fs.existsSync(`${into}.restoring`)]).toEqual([false, false]);
  });

  it('is refused when its manifest cannot be read, or is not there', () => {
    const folder = copyOfFirst('unreadable');
    cut(path.join(folder, 'manifest.json'));
    cut(path.join(folder, 'manifest.json'));
    expect(() => openBackup(folder)).toThrow(/manifest\.json was altered or cut off/);
    fs.rmSync(path.join(folder, 'manifest.json'));
    expect(() => openBackup(folder)).toThrow(/it has no manifest\.json/);
  });

  it('has nothing wrong when nobody touched it', async () => {
    expect(await checkBackup(first)).toEqual([]);
  });
});

function copyOfFirst(name: string): string {
  const folder = path.join(root, name, first.id);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(first.folder, folder, { recursive: true });
  return folder;
}

function take(more: Partial<Parameters<typeof takeBackup>[0]>): Promise<Backup> {
  const { dataDir: real = postgresDir } = postgresStatus({ dataDir: postgresDir }) ?? {};
  return takeBackup({ ownerUrl, postgresDir: real, dataDir, backupDir, ...more });
}

function follow(): Promise<string | null> {
  return followWal({ ownerUrl, postgresDir, backupDir });
}

async function slots(): Promise<unknown[]> {
  const rows = await ask(ownerUrl, 'SELECT slot_name::text AS slot FROM pg_replication_slots ORDER BY 1');
  return rows.map(({ slot }) => slot);
}

async function insert(id: number): Promise<void> {
  await ask(ownerUrl, `INSERT INTO acknowledged VALUES (${id}, 'one')`);
}

/** Writes one row after the other; each counts once its commit was acknowledged. */
function writeOn(from: number): { acknowledged: () => number; stop: () => Promise<void> } {
  const state = { count: 0, isStopping: false };
  const write = async (): Promise<void> => {
    const client = new Client({ connectionString: ownerUrl });
    await client.connect();
    for (; !state.isStopping; state.count++)
      await client.query('INSERT INTO acknowledged VALUES ($1, $2)', [from + state.count, 'x'.repeat(500)]);
    await client.end();
  };
  const ended = write();
  const stop = (): Promise<void> => {
    state.isStopping = true;
    return ended;
  };
  return { acknowledged: () => state.count, stop };
}

let restores = 0;

async function fromRestored(backup: Backup, sql: string, moment?: Date): Promise<Record<string, unknown>[]> {
  const into = path.join(root, `restored-${(restores += 1)}`);
  try {
    const { port } = await recover({ backup, folder: into, until: moment, isPassing: true });
    return await ask(urlOf(into, port), sql);
  } finally {
    await stopPostgres({ dataDir: path.join(into, 'postgres') });
    fs.rmSync(into, { recursive: true, force: true });
  }
}

/** Starts what was restored as `npm start` does, with the password that the backup brought. */
async function onRestored<T>(into: string, work: (url: string) => Promise<T>): Promise<T> {
  const at = path.join(into, 'postgres');
  const settings = { fsync: 'off', shared_buffers: '32MB' };
  const { port } = await startPostgres({ dataDir: at, port: await freePort(4540), password: '', settings });
  try {
    return await work(urlOf(into, port));
  } finally {
    await stopPostgres({ dataDir: at });
  }
}

function urlOf(folder: string, port: number): string {
  return `postgresql://postgres:${readSecrets(folder).postgres}@127.0.0.1:${port}/holdfast`;
}

function lockScript(): string {
  const file = JSON.stringify(path.resolve(import.meta.dirname, 'take-backup.mjs'));
  return `import(${file}).then(({ withBackupLock }) => withBackupLock(${JSON.stringify(backupDir)}, () => {})).catch((error) => console.error(error.message))`;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
