import fs from 'node:fs';
import path from 'node:path';
import type { ReportedRepository } from '@/contract/report';
import type { RepositoryProblem } from '@/agent/collectors/repository-problem';
import { isProcessAlive } from '@/agent/tools/process-alive';

/** What the folder of a local repository tells without borg and without its password. */
export interface BorgFolder {
  id: string | null;
  isAppendOnly: boolean;
  /** In bytes; null: none is set. */
  quotaBytes: number | null;
  locks: BorgLock[];
}

export interface BorgLock {
  id: string;
  createdAt: string | null;
  host: string;
  pid: number;
}

/** Reads three values of the file `config`, which also holds the key, and the names of locks. null: it is not there. */
export function readBorgFolder(folder: string): BorgFolder | null {
  const config = readText(path.join(folder, 'config'));
  if (config === null || !config.startsWith('[repository]')) return null;
  const valueOf = (name: string): string | null =>
    new RegExp(`^${name} *= *(\\S+) *$`, 'm').exec(config)?.[1] ?? null;
  const quotaBytes = Number(valueOf('storage_quota') ?? 0);
  return {
    id: /^[0-9a-f]{64}$/.exec(valueOf('id') ?? '')?.[0] ?? null,
    isAppendOnly: valueOf('append_only') === '1',
    quotaBytes: Number.isSafeInteger(quotaBytes) && quotaBytes > 0 ? quotaBytes : null,
    locks: readLocks(path.join(folder, 'lock.exclusive')),
  };
}

/** A lock of this machine whose process is gone is no trouble: borg itself takes it away. One of another machine stays. */
const FOREIGN_STALE_AFTER_MILLISECONDS = 24 * 3_600_000;

/** A lock that nobody holds any more and that stops every later backup; null when there is none. */
export function borgLockProblem(
  locks: readonly BorgLock[],
  hostname: string,
  now: Date,
): RepositoryProblem | null {
  const stale = locks.find((lock) => isLeftBehind(lock, hostname, now));
  if (!stale) return null;
  return {
    code: 'repository_locked',
    exit_code: null,
    message:
      `A lock by ${stale.host} since ${stale.createdAt ?? 'an unknown time'} was left behind. ` +
      'Check that no borg runs there, then use `borg break-lock`.',
  };
}

export function reportedLocks(locks: readonly BorgLock[]): ReportedRepository['locks'] {
  return locks.map(({ id, createdAt, host }) => ({ id, created_at: createdAt, host })).slice(0, 100);
}

function isLeftBehind({ host, pid, createdAt }: BorgLock, hostname: string, now: Date): boolean {
  const isOurs = host === hostname || host.startsWith(`${hostname}.`);
  const isOld =
    createdAt !== null && now.getTime() - Date.parse(createdAt) > FOREIGN_STALE_AFTER_MILLISECONDS;
  return isOurs ? isOld && !isProcessAlive(pid) : isOld;
}

/** `host@number.pid-thread`, as borg names the file of a lock. */
function readLocks(folder: string): BorgLock[] {
  return readNames(folder).flatMap((name) => {
    const [, holder = '', pid] = /^(.+)\.(\d+)-[0-9a-f]+$/.exec(name) ?? [];
    if (pid === undefined) return [];
    const host = (holder.split('@', 1)[0] ?? holder).slice(0, 200);
    return [{ id: name.slice(0, 200), createdAt: timeOf(path.join(folder, name)), host, pid: Number(pid) }];
  });
}

function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function readNames(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

function timeOf(file: string): string | null {
  try {
    return fs.statSync(file).mtime.toISOString();
  } catch {
    return null;
  }
}
