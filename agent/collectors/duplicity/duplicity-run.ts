import path from 'node:path';
import type { AgentRun, RunKind } from '@/contract/report';
import { endedBySignal, type BackupOutput, type BackupResult } from '@/agent/collectors/backup-result';
import { duplicityErrorCode, duplicityTexts } from '@/agent/collectors/duplicity/duplicity-problem';
import { countIn, statisticsIn, type SessionStatistics } from '@/agent/collectors/session-statistics';

/** What the command line of a duplicity says about where it works. */
export interface DuplicityCommand {
  repo: string | null;
  sourcePaths: readonly string[];
  kind: RunKind;
}

const KINDS: ReadonlyMap<string, RunKind> = new Map([
  ['full', 'backup'],
  ['incr', 'backup'],
  ['inc', 'backup'],
  ['incremental', 'backup'],
  ['backup', 'backup'],
  ['restore', 'restore'],
  ['verify', 'verify'],
  ['replicate', 'copy'],
  ['remove-older-than', 'prune'],
  ['remove-all-but-n-full', 'prune'],
  ['remove-all-inc-of-but-n-full', 'prune'],
  ['cleanup', 'maintenance'],
  ['collection-status', 'maintenance'],
  ['list-current-files', 'maintenance'],
]);

const URL = /^[a-z0-9][a-z0-9+]*:\/\//i;

/** null when the command is not duplicity itself. Without an action, a folder and an address are a backup, and the reverse a restore. */
export function readDuplicityCommand(command: readonly string[]): DuplicityCommand | null {
  if (!/^duplicity(?:[-_.].*)?$/.test(path.basename(command[0] ?? ''))) return null;
  const words = command.slice(1);
  const action = words.find((word) => KINDS.has(word));
  // Options may take addresses too; the repository stands last, or before the folder that is restored to.
  const at = words.findLastIndex((word) => URL.test(word));
  const before = words[at - 1] ?? '';
  const isBackup = at >= 0 && at === words.length - 1 && !before.startsWith('-') && before !== action;
  const implied = isBackup ? 'backup' : 'restore';
  const kind = action === undefined ? implied : (KINDS.get(action) ?? 'maintenance');
  const isDryRun = words.includes('--dry-run') || at < 0;
  return {
    repo: words[at] ?? null,
    sourcePaths: kind === 'backup' && before.startsWith('/') ? [before] : [],
    kind: isDryRun ? 'maintenance' : kind,
  };
}

/** Reads how duplicity ended. It ends with 0 though files could not be read: only its statistics tell. */
export function readDuplicityResult(output: BackupOutput, kind: RunKind | null): BackupResult {
  const statistics = statisticsIn(output.stdout, 'Backup');
  const failed = countIn(statistics, 'Errors') ?? 0;
  const status = statusOf(output, failed);
  return {
    run: {
      status,
      partial: status === 'warning',
      bytes: statistics && bytesOf(statistics),
      files: statistics && filesOf(statistics),
      errors: status === 'failed' ? Math.max(1, failed) : failed,
      warnings: status === 'warning' ? failed : 0,
      exit_code: output.exitCode,
      error_code: status === 'failed' ? errorCode(output) : null,
    },
    pointId: null,
    missingPaths: [],
    notRemovedCount: 0,
    isAppendOnly: false,
    isDryRun: kind === 'maintenance',
  };
}

/** Whether it speaks as duplicity does, though a script may have started it. */
export function isOfDuplicity({ stdout }: BackupOutput): boolean {
  return statisticsIn(stdout, 'Backup') !== null;
}

function statusOf(output: BackupOutput, failed: number): AgentRun['status'] {
  const ended = endedBySignal(output);
  if (ended) return ended;
  if (output.exitCode !== 0) return 'failed';
  return failed > 0 ? 'warning' : 'success';
}

/** 13: the folder that was to be backed up is not there. 21: what was read back is not what was written. */
function errorCode({ exitCode, stderr }: BackupOutput): string | null {
  if (exitCode === 13) return 'source_missing';
  if (exitCode === 21) return 'damaged';
  return duplicityErrorCode(exitCode, duplicityTexts(stderr).join('\n'));
}

function bytesOf(statistics: SessionStatistics): AgentRun['bytes'] {
  return {
    source: countIn(statistics, 'SourceFileSize'),
    read: null,
    transferred: null,
    stored: countIn(statistics, 'TotalDestinationSizeChange'),
  };
}

function filesOf(statistics: SessionStatistics): AgentRun['files'] {
  return {
    total: countIn(statistics, 'SourceFiles'),
    new: countIn(statistics, 'NewFiles'),
    changed: countIn(statistics, 'ChangedFiles'),
    unchanged: null,
    failed: countIn(statistics, 'Errors'),
    deleted: countIn(statistics, 'DeletedFiles'),
  };
}
