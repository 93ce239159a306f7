import path from 'node:path';
import { z } from 'zod';
import { readLosableFile, writeStateFile } from '@/agent/state/state-file';

/** What the agent learnt before and may lose: it only makes later reports better. */
const memory = z.object({
  /** Repository location (without credentials) → the id the tool gave. */
  repositories: z.record(z.string(), z.string()).default({}),
  /** Job name → what its last backup wrote. */
  jobs: z
    .record(
      z.string(),
      z.object({ host: z.string(), paths: z.array(z.string()), repository_key: z.string() }),
    )
    .default({}),
  /** Repository key → when its last check ended. */
  checks: z.record(z.string(), z.iso.datetime()).default({}),
});
export type Memory = z.output<typeof memory>;

const memoryFile = (stateDir: string): string => path.join(stateDir, 'memory.json');

export function readMemory(stateDir: string): Memory {
  return readLosableFile(memoryFile(stateDir), memory) ?? memory.parse({});
}

export function writeMemory(stateDir: string, value: Memory): void {
  writeStateFile(memoryFile(stateDir), value);
}
