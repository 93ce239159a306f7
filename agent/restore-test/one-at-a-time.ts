import path from 'node:path';
import type { AgentConfig } from '@/agent/config/agent-config';
import type { Places } from '@/agent/places';
import { removeLeftovers } from '@/agent/restore-test/scratch';
import { scratchRootOf } from '@/agent/restore-test/test-files';
import { makePrivateFolder } from '@/agent/state/durable-file';
import { withProcessLock } from '@/agent/state/process-lock';

/**
 * Does a restore test while no other runs on this machine, after removing what killed ones left behind.
 * @returns null: another one is running
 */
export async function withTestLock<T>(
  config: AgentConfig,
  places: Places,
  work: () => Promise<T>,
): Promise<T | null> {
  makePrivateFolder(places.stateDir);
  const done = await withProcessLock(path.join(places.stateDir, 'restore-test.lock'), 0, () => {
    removeLeftovers(scratchRootOf(config.restore_tests.scratch, places.stateDir));
    return work();
  });
  return done?.value ?? null;
}
