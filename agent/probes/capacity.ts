import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import type { ReportedRepository } from '@/contract/report';
import type { Environment } from '@/agent/places';
import { runProgram } from '@/agent/tools/run-program';

type Capacity = NonNullable<ReportedRepository['capacity']>;

const TIME_LIMIT_SECONDS = 30;

/** Of the file system that a folder lies in; `free` is what may be used without being root. null: it cannot be asked. */
export async function capacityOfFolder(folder: string, measuredAt: Date): Promise<Capacity | null> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(folder);
    if (blocks <= 0) return null;
    return {
      total: blocks * bsize,
      used: (blocks - bfree) * bsize,
      free: bavail * bsize,
      quota: null,
      method: 'statfs',
      measured_at: measuredAt.toISOString(),
    };
  } catch {
    return null;
  }
}

const count = z.int().min(0).nullish();
const about = z.object({ total: count, used: count, free: count });

/** What `rclone about --json` prints; a provider that tells nothing of it gives null. */
export function readRcloneAbout(stdout: string, measuredAt: Date): Capacity | null {
  const told = about.safeParse(parsed(stdout)).data;
  const { total = null, used = null, free = null } = told ?? {};
  if (total === null && used === null && free === null) return null;
  return { total, used, free, quota: null, method: 'rclone_about', measured_at: measuredAt.toISOString() };
}

/** Of an rclone remote, as `rclone:remote:path` names it for restic. Some providers cannot say. */
export async function capacityOfRclone(
  repo: string,
  env: Environment,
  measuredAt: Date,
): Promise<Capacity | null> {
  const remote = repo.replace(/^rclone:/i, '');
  const outcome = await runProgram({
    program: 'rclone',
    args: ['about', remote, '--json'],
    env,
    timeLimitSeconds: TIME_LIMIT_SECONDS,
  });
  return outcome.exitCode === 0 ? readRcloneAbout(outcome.stdout, measuredAt) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
