import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { RepositoryProblemCode } from '@/contract/report';

/** One real restic repository of the lab, and what the agent must report of it once it is damaged. */
export interface LabRepository {
  name: LabName;
  /** Host name in its snapshots: each case is a system of its own. */
  host: string;
  repo: string;
  password: string;
  passwordFile: string;
  sourcePaths: string[];
  /** `restic backup` as a job would run it, without the environment. */
  backupCommand: string[];
  expected: {
    problemCode: RepositoryProblemCode | null;
    verification: 'ok' | 'problems' | null;
    /** Code in the report's own list of problems. */
    reportProblem: 'source_missing' | null;
    /** Age of the newest point, in days. */
    newestAgeDays: number | null;
  };
}

const NAMES = [
  'good',
  'good-offsite',
  'stale',
  'corrupt',
  'wrong-password',
  'locked',
  'shared-one',
  'shared-two',
  'missing-source',
  'deleted',
] as const;
export type LabName = (typeof NAMES)[number];

/** Repositories that hold the same data set; the others have one of their own. */
const SETS: Readonly<Partial<Record<LabName, string>>> = {
  'good-offsite': 'good',
  'shared-one': 'shared',
  'shared-two': 'shared',
};

export interface ResticLab {
  folder: string;
  /** Configuration of an agent that reports them all. */
  configFile: string;
  repositories: LabRepository[];
}

const STALE_DAYS = 3;
const DAY_MILLISECONDS = 86_400_000;
const run = promisify(execFile);

/**
 * Makes real repositories, all readable: with fresh backups, but for the stale one. Report once, then call
 * {@link damageResticLab} and report again. `shared-one` and `shared-two` hold the same system in one place; `good-offsite`
 * is a second copy of what `good` holds, for whoever declares it to stand elsewhere.
 */
export async function makeResticLab(folder: string): Promise<ResticLab> {
  const repositories = NAMES.map((name) => describeRepository(path.resolve(folder), name));
  for (const one of repositories) writeSources(one);
  await Promise.all(repositories.map(makeRepository));
  const configFile = path.join(path.resolve(folder), 'agent.jsonc');
  fs.writeFileSync(configFile, JSON.stringify(configOf(repositories), null, 2));
  return { folder: path.resolve(folder), configFile, repositories };
}

/** Does to each repository what its name says. */
export async function damageResticLab({ repositories }: ResticLab): Promise<void> {
  const named = (name: LabName): LabRepository => {
    const found = repositories.find((one) => one.name === name);
    if (!found) throw new Error(`the lab has no ${name}`);
    return found;
  };
  flipBitInPack(named('corrupt').repo);
  fs.writeFileSync(named('wrong-password').passwordFile, 'not-the-password\n');
  await leaveStaleLock(named('locked'));
  const shrunk = named('missing-source');
  fs.rmSync(shrunk.sourcePaths[1] ?? '', { recursive: true });
  await backUp(shrunk);
  fs.rmSync(named('deleted').repo, { recursive: true });
}

function describeRepository(folder: string, name: LabName): LabRepository {
  const set = SETS[name] ?? name;
  const host = `lab-${set}`;
  const repo = path.join(folder, 'repositories', name);
  const sourcePaths = ['documents', 'settings'].map((part) => path.join(folder, 'sources', set, part));
  return {
    name,
    host,
    repo,
    password: `lab-password-of-${name}`,
    passwordFile: path.join(folder, 'passwords', name),
    sourcePaths,
    backupCommand: ['restic', '-r', repo, '--json', 'backup', '--host', host, ...sourcePaths],
    expected: { ...NOTHING_EXPECTED, ...EXPECTED[name] },
  };
}

const NOTHING_EXPECTED: LabRepository['expected'] = {
  problemCode: null,
  verification: null,
  reportProblem: null,
  newestAgeDays: 0,
};
const EXPECTED: Readonly<Partial<Record<LabName, Partial<LabRepository['expected']>>>> = {
  good: { verification: 'ok' },
  stale: { newestAgeDays: STALE_DAYS },
  corrupt: { verification: 'problems' },
  'wrong-password': { problemCode: 'wrong_password', newestAgeDays: null },
  locked: { problemCode: 'repository_locked' },
  'missing-source': { reportProblem: 'source_missing' },
  deleted: { problemCode: 'repository_missing', newestAgeDays: null },
};

function writeSources(one: LabRepository): void {
  for (const [index, folder] of one.sourcePaths.entries()) {
    fs.mkdirSync(folder, { recursive: true });
    for (let file = 0; file < 5; file += 1)
      fs.writeFileSync(
        path.join(folder, `${index}-${file}.txt`),
        `${one.host} ${file}\n`.repeat(2000 + file),
      );
  }
}

async function makeRepository(one: LabRepository): Promise<void> {
  fs.mkdirSync(path.dirname(one.passwordFile), { recursive: true });
  fs.mkdirSync(path.dirname(one.repo), { recursive: true });
  fs.writeFileSync(one.passwordFile, `${one.password}\n`, { mode: 0o600 });
  await restic(one, ['init']);
  await backUp(
    one,
    one.name === 'stale' ? ['--time', localTime(Date.now() - STALE_DAYS * DAY_MILLISECONDS)] : [],
  );
}

async function backUp(one: LabRepository, options: readonly string[] = []): Promise<void> {
  await restic(one, ['backup', '--host', one.host, ...options, ...one.sourcePaths]);
}

/** The form that `--time` takes; restic runs in UTC here. */
function localTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

async function restic(one: LabRepository, args: readonly string[]): Promise<void> {
  await run('restic', ['-r', one.repo, ...args], { env: environmentOf(one), timeout: 60_000 });
}

function environmentOf(one: LabRepository): NodeJS.ProcessEnv {
  return {
    ...process.env,
    RESTIC_PASSWORD: one.password,
    RESTIC_CACHE_DIR: `${one.passwordFile}-cache`,
    TZ: 'UTC',
  };
}

/** In the middle of the largest pack: file contents, not the header. */
function flipBitInPack(repo: string): void {
  const packs = fs
    .readdirSync(path.join(repo, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted((a, b) => fs.statSync(b).size - fs.statSync(a).size);
  const [pack] = packs;
  if (!pack) throw new Error(`${repo} has no pack`);
  fs.chmodSync(pack, 0o600);
  const bytes = fs.readFileSync(pack);
  const middle = Math.floor(bytes.length / 3);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  fs.writeFileSync(pack, bytes);
}

/** A check takes an exclusive lock and is killed while it holds it: what a power cut leaves behind. */
async function leaveStaleLock(one: LabRepository): Promise<void> {
  const check = spawn('restic', ['-r', one.repo, 'check', '--read-data'], {
    env: environmentOf(one),
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => check.once('close', resolve));
  // restic writes it under another name first.
  const hasLock = (): boolean =>
    fs.readdirSync(path.join(one.repo, 'locks')).some((name) => /^[0-9a-f]{64}$/.test(name));
  while (!hasLock() && check.exitCode === null) await pause(2);
  check.kill('SIGKILL');
  await ended;
  if (!hasLock()) throw new Error('the check ended before it was killed');
}

function configOf(repositories: readonly LabRepository[]): unknown {
  return {
    repositories: repositories.map((one) => ({
      tool: 'restic',
      repo: one.repo,
      name: one.name,
      password_file: one.passwordFile,
      env: { RESTIC_CACHE_DIR: `${one.passwordFile}-cache` },
      jobs: [{ name: one.name, host: one.host, paths: one.sourcePaths }],
      ...(one.expected.verification && { check: { read_data: 'all', every_hours: 0.000_001 } }),
    })),
  };
}

async function main([step, folder]: readonly string[]): Promise<void> {
  if (!folder || (step !== 'make' && step !== 'damage'))
    throw new Error('usage: real-restic-lab make|damage FOLDER');
  const file = path.join(folder, 'lab.json');
  const lab =
    step === 'make' ? await makeResticLab(folder) : (JSON.parse(fs.readFileSync(file, 'utf8')) as ResticLab);
  if (step === 'damage') await damageResticLab(lab);
  fs.writeFileSync(file, JSON.stringify(lab, null, 2));
  console.log(JSON.stringify(lab, null, 2));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
