import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { RepositoryProblemCode } from '@/contract/report';

const NAMES = [
  'good',
  'unencrypted',
  'append-only',
  'stale',
  'corrupt',
  'wrong-password',
  'locked',
  'deleted',
] as const;
export type BorgLabName = (typeof NAMES)[number];

/** One real borg repository of the lab, and what the agent must report of it once it is damaged. */
export interface BorgLabRepository {
  name: BorgLabName;
  repo: string;
  passphrase: string;
  passwordFile: string;
  sourcePath: string;
  /** `borg create` as a job would run it, without the environment. */
  backupCommand: string[];
  expected: { problemCode: RepositoryProblemCode | null; verification: 'ok' | 'problems' | null };
}

export interface BorgLab {
  folder: string;
  /** Configuration of an agent that reports them all. */
  configFile: string;
  repositories: BorgLabRepository[];
}

const STALE_DAYS = 3;
const DAY_MILLISECONDS = 86_400_000;
/** As another machine would leave it: nobody here can see whether its process is still there. */
const FOREIGN_HOST_ID = 'another-host@1';
const run = promisify(execFile);

/** Makes real repositories, all readable: with fresh backups, but for the stale one. */
export async function makeBorgLab(folder: string): Promise<BorgLab> {
  const repositories = NAMES.map((name) => describeRepository(path.resolve(folder), name));
  for (const one of repositories) {
    writeSource(one);
    await makeRepository(one);
  }
  const configFile = path.join(path.resolve(folder), 'agent.jsonc');
  fs.writeFileSync(configFile, JSON.stringify(configOf(repositories), null, 2));
  return { folder: path.resolve(folder), configFile, repositories };
}

/** Does to each repository what its name says. */
export async function damageBorgLab({ repositories }: BorgLab): Promise<void> {
  const named = (name: BorgLabName): BorgLabRepository => {
    const found = repositories.find((one) => one.name === name);
    if (!found) throw new Error(`the lab has no ${name}`);
    return found;
  };
  flipBitInSegment(named('corrupt').repo);
  fs.writeFileSync(named('wrong-password').passwordFile, 'not-the-passphrase\n');
  await leaveForeignLock(named('locked'));
  fs.rmSync(named('deleted').repo, { recursive: true });
}

function describeRepository(folder: string, name: BorgLabName): BorgLabRepository {
  const repo = path.join(folder, 'repositories', name);
  const sourcePath = path.join(folder, 'sources', name);
  return {
    name,
    repo,
    passphrase: `lab-passphrase-of-${name}`,
    passwordFile: path.join(folder, 'passwords', name),
    sourcePath,
    backupCommand: ['borg', '--log-json', 'create', '--json', `${repo}::${name}-{now}`, sourcePath],
    expected: { ...NOTHING_EXPECTED, ...EXPECTED[name] },
  };
}

const NOTHING_EXPECTED: BorgLabRepository['expected'] = { problemCode: null, verification: null };
const EXPECTED: Readonly<Partial<Record<BorgLabName, Partial<BorgLabRepository['expected']>>>> = {
  good: { verification: 'ok' },
  corrupt: { verification: 'problems' },
  'wrong-password': { problemCode: 'wrong_password' },
  locked: { problemCode: 'repository_locked' },
  deleted: { problemCode: 'repository_missing' },
};

function writeSource({ name, sourcePath }: BorgLabRepository): void {
  fs.mkdirSync(sourcePath, { recursive: true });
  for (let file = 0; file < 5; file += 1)
    fs.writeFileSync(path.join(sourcePath, `${file}.txt`), `${name} ${file}\n`.repeat(2000 + file));
}

async function makeRepository(one: BorgLabRepository): Promise<void> {
  fs.mkdirSync(path.dirname(one.passwordFile), { recursive: true });
  fs.mkdirSync(path.dirname(one.repo), { recursive: true });
  fs.writeFileSync(one.passwordFile, `${one.passphrase}\n`, { mode: 0o600 });
  const mode = one.name === 'unencrypted' ? 'none' : 'repokey-blake2';
  await borg(one, ['init', '-e', mode, ...(one.name === 'append-only' ? ['--append-only'] : []), one.repo]);
  const at = Date.now() - (one.name === 'stale' ? STALE_DAYS * DAY_MILLISECONDS : 0);
  const timestamp = new Date(at).toISOString().slice(0, 19);
  await borg(one, ['create', '--timestamp', timestamp, `${one.repo}::${one.name}-first`, one.sourcePath]);
}

async function borg(one: BorgLabRepository, args: readonly string[]): Promise<void> {
  await run('borg', [...args], { env: environmentOf(one), timeout: 60_000 });
}

/** What a job of this repository has in its environment. */
export function environmentOf({ passphrase, passwordFile }: BorgLabRepository): NodeJS.ProcessEnv {
  return { ...process.env, BORG_PASSPHRASE: passphrase, BORG_BASE_DIR: `${passwordFile}-home`, TZ: 'UTC' };
}

/** In the first third of the largest segment: contents of a file. */
function flipBitInSegment(repo: string): void {
  const segments = fs
    .readdirSync(path.join(repo, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted((a, b) => fs.statSync(b).size - fs.statSync(a).size);
  const [segment] = segments;
  if (!segment) throw new Error(`${repo} has no segment`);
  const bytes = fs.readFileSync(segment);
  const place = Math.floor(bytes.length / 3);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  fs.writeFileSync(segment, bytes);
}

/** A backup that waits for its input is killed while it holds the lock, and that was two days ago. */
async function leaveForeignLock(one: BorgLabRepository): Promise<void> {
  const create = spawn('borg', ['create', `${one.repo}::never`, '-'], {
    env: { ...environmentOf(one), BORG_HOST_ID: FOREIGN_HOST_ID },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => create.once('close', resolve));
  const folder = path.join(one.repo, 'lock.exclusive');
  const locks = (): string[] => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);
  while (locks().length === 0 && create.exitCode === null) await pause(2);
  create.kill('SIGKILL');
  await ended;
  if (locks().length === 0) throw new Error('the backup ended before it was killed');
  const since = new Date(Date.now() - 2 * DAY_MILLISECONDS);
  for (const name of locks()) fs.utimesSync(path.join(folder, name), since, since);
}

function configOf(repositories: readonly BorgLabRepository[]): unknown {
  return {
    repositories: repositories.map((one) => ({
      tool: 'borg',
      repo: one.repo,
      name: one.name,
      password_file: one.passwordFile,
      jobs: [{ name: one.name, paths: [one.sourcePath] }],
      ...(one.name === 'unencrypted' && { accept: ['unencrypted'] }),
      ...(one.expected.verification && { check: { read_data: 'all', every_hours: 0.000_001 } }),
    })),
  };
}

async function main([step, folder]: readonly string[]): Promise<void> {
  if (!folder || (step !== 'make' && step !== 'damage'))
    throw new Error('usage: real-borg-lab make|damage FOLDER');
  const file = path.join(folder, 'lab.json');
  const lab =
    step === 'make' ? await makeBorgLab(folder) : (JSON.parse(fs.readFileSync(file, 'utf8')) as BorgLab);
  if (step === 'damage') await damageBorgLab(lab);
  fs.writeFileSync(file, JSON.stringify(lab, null, 2));
  console.log(JSON.stringify(lab, null, 2));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
