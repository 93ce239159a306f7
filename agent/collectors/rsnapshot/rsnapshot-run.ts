import type { AgentRun, RunKind } from '@/contract/report';
import { endedBySignal, type BackupOutput, type BackupResult } from '@/agent/collectors/backup-result';
import { HARMLESS_WARNING } from '@/agent/collectors/rsnapshot/rsnapshot-points';

/**
 * Reads how rsnapshot ended: 0 well, 2 with warnings, 1 with errors. What it copied it says nowhere.
 * @param kind what its command line says it did; null when it ran inside a script
 */
export function readRsnapshotResult(output: BackupOutput, kind: RunKind | null): BackupResult {
  const lines = rsnapshotLines(output.stderr);
  const warnings = lines.filter((line) => line.startsWith('WARNING: ')).map((line) => line.slice(9));
  const errors = lines.filter((line) => line.startsWith('ERROR: '));
  const status = statusOf(output, kind !== null);
  return {
    run: {
      status,
      partial: status === 'warning' && kind !== 'maintenance' && !warnings.every(isHarmless),
      bytes: null,
      files: null,
      errors: status === 'failed' ? Math.max(1, errors.length) : errors.length,
      warnings: status === 'warning' ? Math.max(1, warnings.length) : warnings.length,
      exit_code: output.exitCode,
      error_code: status === 'failed' ? errorCode(lines) : null,
    },
    pointId: null,
    // One that is not there keeps rsnapshot from making any backup: what the newest one holds says its listing.
    missingPaths: [],
    notRemovedCount: 0,
    isAppendOnly: false,
    isDryRun: kind === 'maintenance',
  };
}

/** Whether it speaks as rsnapshot does, though a script may have started it. */
export function isOfRsnapshot({ stderr }: BackupOutput): boolean {
  return /^rsnapshot encountered an error!/m.test(stderr);
}

const isHarmless = (text: string): boolean => HARMLESS_WARNING.test(text);

/** A long line goes on behind a backslash. */
function rsnapshotLines(stderr: string): string[] {
  return stderr.replaceAll(/ \\\n\s+/g, ' ').split('\n');
}

/** @param isOwn whether the exit code is rsnapshot's own: that of a script which calls it may mean anything */
function statusOf(output: BackupOutput, isOwn: boolean): AgentRun['status'] {
  const ended = endedBySignal(output);
  if (ended) return ended;
  if (output.exitCode === 0) return 'success';
  return isOwn && output.exitCode === 2 ? 'warning' : 'failed';
}

function errorCode(lines: readonly string[]): string | null {
  const text = lines.join('\n');
  if (/Lockfile .* exists and so does its process|Stale lockfile .* detected/.test(text))
    return 'repository_locked';
  if (/Source directory ".*" doesn't exist/.test(text)) return 'source_missing';
  return /no space left on device/i.test(text) ? 'disk_full' : null;
}
