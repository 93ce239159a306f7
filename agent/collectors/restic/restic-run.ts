import { z } from 'zod';
import type { AgentRun, RunKind } from '@/contract/report';
import { endedBySignal, type BackupOutput, type BackupResult } from '@/agent/collectors/backup-result';
import { readResticLines } from '@/agent/collectors/restic/restic-output';
import { problemCodeOfOutput } from '@/agent/collectors/restic/restic-problem';

const count = z.int().min(0);

/** The last line of `restic backup --json`. */
const backupSummary = z.object({
  message_type: z.literal('summary'),
  files_new: count,
  files_changed: count,
  files_unmodified: count,
  data_added: count.optional(),
  data_added_packed: count.optional(),
  total_files_processed: count,
  total_bytes_processed: count,
  backup_start: z.iso.datetime({ offset: true }).optional(),
  backup_end: z.iso.datetime({ offset: true }).optional(),
  /** Short (8 characters) before 0.15; left out when `--skip-if-unchanged` wrote nothing. */
  snapshot_id: z.string().optional(),
  /** Nothing was written: the id is that of no snapshot. */
  dry_run: z.boolean().optional(),
});

/** Lines of stdout worth keeping; all others only tell the progress. */
export const RESULT_LINE = /^\{"message_type":"summary"|^snapshot [0-9a-f]{8,64} saved/;

const MISSING = /^(.+) does not exist, skipping$/;
/** Up to 0.18, `forget` on an append-only server ends with 0 and removes nothing. */
const NOT_REMOVED = /^unable to remove .+ from the repository/;
const REMOVAL_FORBIDDEN = /^Remove\(.+\b403\b/;

/**
 * Reads how restic ended. Exit 0 does not mean that every source was there.
 * @param kind what its command line says it did; null when it ran inside a script
 */
export function readResticResult(output: BackupOutput, kind: RunKind | null): BackupResult {
  const lines = readResticLines(output.stderr);
  const told = readResticLines(output.stdout)
    .messages.flatMap((one) => backupSummary.safeParse(one).data ?? [])
    .at(-1);
  const isDryRun = told?.dry_run === true;
  const snapshotId = isDryRun
    ? null
    : (told?.snapshot_id ?? /^snapshot ([0-9a-f]{8,64}) saved/m.exec(output.stdout)?.[1] ?? null);
  const missingPaths = lines.texts.flatMap((text) => MISSING.exec(text)?.[1] ?? []);
  const failedItems =
    lines.messages.filter((one) => one['message_type'] === 'error').length + plainErrors(lines.texts);
  const notRemovedCount = lines.texts.filter((text) => NOT_REMOVED.test(text)).length;
  const warnings = missingPaths.length + notRemovedCount;
  // A backup that ends with 3 has made its snapshot; with `--quiet` it does not say which.
  const hasSnapshot = snapshotId !== null || (output.exitCode === 3 && kind === 'backup');
  const status = statusOf(output, hasSnapshot, warnings);
  return {
    run: {
      status,
      partial: status === 'warning' && hasSnapshot,
      bytes: told
        ? {
            source: told.total_bytes_processed,
            read: null,
            transferred: null,
            stored: told.data_added_packed ?? told.data_added ?? null,
          }
        : null,
      files: told
        ? {
            total: told.total_files_processed,
            new: told.files_new,
            changed: told.files_changed,
            unchanged: told.files_unmodified,
            failed: output.exitCode === 3 ? failedItems : null,
            deleted: null,
          }
        : null,
      errors: errorsOf(status, output.exitCode, failedItems),
      warnings,
      exit_code: output.exitCode,
      error_code: status === 'failed' ? errorCode(output, missingPaths) : null,
    },
    pointId: snapshotId,
    missingPaths,
    notRemovedCount,
    isAppendOnly: notRemovedCount > 0 && lines.texts.some((text) => REMOVAL_FORBIDDEN.test(text)),
    isDryRun,
  };
}

/** Whether it speaks as restic does, though a script may have started it. */
export function isOfRestic({ stdout, stderr }: BackupOutput): boolean {
  return (
    stdout.split('\n').some((line) => RESULT_LINE.test(line)) ||
    readResticLines(stderr).texts.some((text) => MISSING.test(text))
  );
}

/** Some things were left undone: 0 up to 0.18, 3 from 0.19. */
function statusOf(output: BackupOutput, hasSnapshot: boolean, warnings: number): AgentRun['status'] {
  const ended = endedBySignal(output);
  if (ended) return ended;
  if (output.exitCode === 0) return warnings > 0 ? 'warning' : 'success';
  return output.exitCode === 3 && (hasSnapshot || warnings > 0) ? 'warning' : 'failed';
}

function errorCode(output: BackupOutput, missingPaths: readonly string[]): string | null {
  return problemCodeOfOutput(output.stderr) ?? (missingPaths.length > 0 ? 'source_missing' : null);
}

function errorsOf(status: AgentRun['status'], exitCode: number | null, failedItems: number): number | null {
  if (status === 'failed') return Math.max(1, failedItems);
  return exitCode === 0 || exitCode === 3 ? failedItems : null;
}

/** Without `--json`, an unreadable file is a line `error: open …: permission denied`. */
function plainErrors(texts: readonly string[]): number {
  return texts.filter((text) => text.startsWith('error: ')).length;
}
