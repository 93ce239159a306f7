import path from 'node:path';
import { z } from 'zod';
import { DUMP_STATES } from '@/agent/collectors/dumps/dump-file';
import { toolName } from '@/agent/config/agent-config';
import { withProcessLock } from '@/agent/state/process-lock';
import { readLosableFile, writeLosableFile } from '@/agent/state/state-file';

/** What the agent learnt before and may lose: it only makes later reports better. */
const memory = z.object({
  /** Repository location (without credentials) → the id the tool gave. */
  repositories: z.record(z.string(), z.string()).default({}),
  /** Job name → what its last backup wrote. */
  jobs: z
    .record(
      z.string(),
      z.object({
        tool: toolName.default('restic'),
        host: z.string(),
        paths: z.array(z.string()),
        series: z.string().optional(),
        repository_key: z.string(),
      }),
    )
    .default({}),
  /** Repository key → when its last check ended. */
  checks: z.record(z.string(), z.iso.datetime()).default({}),
  /** Repository key and job key, one a line → when its last restore test by the configuration began. */
  restore_tests: z.record(z.string(), z.iso.datetime()).default({}),
  /** Repository key of a folder of dumps → point key → what reading it showed. */
  dumps: z.record(z.string(), z.record(z.string(), z.enum(DUMP_STATES))).default({}),
});
export type Memory = z.output<typeof memory>;

export const NOTHING_LEARNT: Memory = {
  repositories: {},
  jobs: {},
  checks: {},
  restore_tests: {},
  dumps: {},
};

const LOCK_WAIT_MILLISECONDS = 10_000;

const memoryFile = (stateDir: string): string => path.join(stateDir, 'memory.json');

export function readMemory(stateDir: string): Memory {
  return readLosableFile(memoryFile(stateDir), memory) ?? memory.parse({});
}

/** Adds what was learnt, here and there, to what others may have learnt meanwhile. */
export async function learn(stateDir: string, ...learnt: readonly Partial<Memory>[]): Promise<void> {
  await withProcessLock(path.join(stateDir, 'memory.lock'), LOCK_WAIT_MILLISECONDS, () => {
    const parts = [readMemory(stateDir), ...learnt];
    const joined = <Part extends keyof Memory>(part: Part): Memory[Part] =>
      Object.assign({}, ...parts.map((one) => one[part])) as Memory[Part];
    writeLosableFile(memoryFile(stateDir), {
      repositories: joined('repositories'),
      jobs: joined('jobs'),
      checks: joined('checks'),
      restore_tests: joined('restore_tests'),
      dumps: joined('dumps'),
    });
  });
}
