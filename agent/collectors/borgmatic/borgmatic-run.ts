import path from 'node:path';
import type { RunKind } from '@/contract/report';
import { readCommandResult, type BackupOutput, type BackupResult } from '@/agent/collectors/backup-result';
import { readBorgLines } from '@/agent/collectors/borg/borg-output';
import { borgProblemCode } from '@/agent/collectors/borg/borg-problem';
import { readBorgResult } from '@/agent/collectors/borg/borg-run';

const KINDS: ReadonlyMap<string, RunKind> = new Map([
  ['create', 'backup'],
  ['check', 'check'],
  ['extract', 'restore'],
  ['prune', 'prune'],
]);
const WITHOUT_BACKUP =
  /^(?:check|extract|prune|compact|list|rlist|repo-list|info|rinfo|repo-info|borg|config)$/;

/** What a borgmatic does: without the name of an action it makes a backup. null when the command is not borgmatic. */
export function readBorgmaticKind(command: readonly string[]): RunKind | null {
  if (!/^borgmatic(?:[-_.].*)?$/.test(path.basename(command[0] ?? ''))) return null;
  const words = command.slice(1);
  if (words.includes('--dry-run') || words.includes('-n')) return 'maintenance';
  if (words.includes('create')) return 'backup';
  const action = words.find((word) => WITHOUT_BACKUP.test(word));
  return action === undefined ? 'backup' : (KINDS.get(action) ?? 'maintenance');
}

/**
 * Reads how borgmatic ended. It swallows borg's warnings, so its success tells less than borg's: a source that is missing is
 * none of its errors before 2.1.3, and before 2.1.2 not even damage that `check` finds.
 */
export function readBorgmaticResult(output: BackupOutput, kind: RunKind): BackupResult {
  const told = readBorgResult(output, kind, []);
  const { run } = readCommandResult(output);
  const isFailed = run.status === 'failed';
  return {
    ...told,
    run: {
      ...told.run,
      status: run.status,
      partial: false,
      errors: isFailed ? 1 : null,
      warnings: null,
      error_code: isFailed ? borgProblemCode(null, readBorgLines(output.stderr)) : null,
    },
  };
}
