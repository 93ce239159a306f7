import { z } from 'zod';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import type { RepositoryProblem } from '@/agent/collectors/repository-problem';
import { askRestic } from '@/agent/collectors/restic/restic-command';
import { readResticDocument } from '@/agent/collectors/restic/restic-output';
import { isProcessAlive } from '@/agent/tools/process-alive';

export interface ResticLock {
  id: string;
  createdAt: string | null;
  host: string | null;
  pid: number | null;
}

const DESCRIBED_MAX = 5;
/** restic renews a lock every 5 minutes and calls it stale after 30. */
const STALE_AFTER_MILLISECONDS = 30 * 60_000;

const lockDocument = z.object({
  time: z.iso.datetime({ offset: true }),
  hostname: z.string().min(1).max(200),
  pid: z.int().optional(),
});

/** The locks that lie in a repository. They are read, never removed: a lock may guard someone's work. */
export async function readLocks(access: RepositoryAccess): Promise<ResticLock[]> {
  const outcome = await askRestic(access, ['list', 'locks']);
  if (outcome.exitCode !== 0) return [];
  const ids = lockIds(outcome.stdout);
  const described = await Promise.all(ids.slice(0, DESCRIBED_MAX).map((id) => describeLock(access, id)));
  return [...described, ...ids.slice(DESCRIBED_MAX, 100).map(unknownLock)];
}

export function lockIds(stdout: string): string[] {
  return stdout.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
}

/** A lock that nobody renews stops every later check, prune and forget: the problem to show; null when all are alive. */
export function lockProblem(
  locks: readonly ResticLock[],
  hostname: string,
  now: Date,
): RepositoryProblem | null {
  const stale = locks.find((lock) => isStale(lock, hostname, now));
  if (!stale) return null;
  return {
    code: 'repository_locked',
    exit_code: null,
    message:
      `A lock by ${stale.host ?? 'an unknown host'} since ${stale.createdAt ?? 'an unknown time'} was left behind. ` +
      'Check that no restic runs there, then use `restic unlock`.',
  };
}

function isStale(lock: ResticLock, hostname: string, now: Date): boolean {
  if (lock.createdAt !== null && now.getTime() - Date.parse(lock.createdAt) > STALE_AFTER_MILLISECONDS)
    return true;
  return lock.host === hostname && lock.pid !== null && !isProcessAlive(lock.pid);
}

async function describeLock(access: RepositoryAccess, id: string): Promise<ResticLock> {
  const outcome = await askRestic(access, ['cat', 'lock', id]);
  const told = outcome.exitCode === 0 ? readResticDocument(lockDocument, outcome.stdout) : null;
  return told ? { id, createdAt: told.time, host: told.hostname, pid: told.pid ?? null } : unknownLock(id);
}

function unknownLock(id: string): ResticLock {
  return { id, createdAt: null, host: null, pid: null };
}
