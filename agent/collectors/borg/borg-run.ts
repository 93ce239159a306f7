import { z } from 'zod';
import type { AgentRun, RunKind } from '@/contract/report';
import { endedBySignal, type BackupOutput, type BackupResult } from '@/agent/collectors/backup-result';
import { readBorgDocument, readBorgLines, type BorgLine } from '@/agent/collectors/borg/borg-output';
import { withoutSlash } from '@/agent/collectors/job-stream';
import { borgProblemCode, isWarningExit } from '@/agent/collectors/borg/borg-problem';

const count = z.int().min(0);

/** What `borg create --json` prints at its end. */
const created = z.object({
  archive: z.object({
    id: z.string().min(8).max(200),
    stats: z.object({
      nfiles: count,
      original_size: count,
      deduplicated_size: z.int(),
    }),
  }),
});
type Created = z.output<typeof created>;

/** borgmatic puts the documents of all its repositories into an array; of several, none is the one. */
function readCreated(stdout: string): Created | null {
  const [only = null, ...others] = readBorgDocument(z.array(created), stdout) ?? [];
  return readBorgDocument(created, stdout) ?? (others.length === 0 ? only : null);
}

/** Lines of stderr worth keeping; all others only tell the progress or list files. */
export const BORG_NOTABLE =
  /"levelname": "(?:WARNING|ERROR|CRITICAL)"|Archive fingerprint: |: \[Errno \d+\] |file changed while we backed it up|is incorrect\.$|does not exist\.$|the lock .* \(timeout\)/;

/**
 * Reads how borg ended. Warnings (1, or 100 to 127) leave an archive, in which something may be missing.
 * @param kind what its command line says it did; null when it ran inside a script
 * @param sourcePaths what it was told to read, so that a missing source is told from a file that vanished meanwhile
 */
export function readBorgResult(
  output: BackupOutput,
  kind: RunKind | null,
  sourcePaths: readonly string[],
): BackupResult {
  const lines = readBorgLines(output.stderr);
  const told = readCreated(output.stdout);
  const isDryRun = kind === 'maintenance';
  const pointId = told?.archive.id ?? fingerprintIn(lines);
  const failed = lines.filter(({ text }) => FAILED_FILE.test(text));
  const missingPaths = failed.flatMap(({ text }) => missingSource(text, sourcePaths));
  const warnings = lines.filter(({ text, level }) => level === 'WARNING' || isFileWarning(text)).length;
  const status = statusOf(output, kind !== null);
  return {
    run: {
      status,
      partial: status === 'warning' && kind !== 'prune' && failed.length > 0,
      bytes: told ? bytesOf(told) : null,
      files: told ? filesOf(told, failed.length - missingPaths.length) : null,
      errors: status === 'failed' ? Math.max(1, failed.length) : failed.length,
      warnings: status === 'warning' ? Math.max(1, warnings) : warnings,
      exit_code: output.exitCode,
      error_code: status === 'failed' ? errorCode(output, lines, missingPaths) : null,
    },
    pointId,
    missingPaths,
    notRemovedCount: 0,
    isAppendOnly: false,
    isDryRun,
  };
}

/** Whether it speaks as borg does, though a script may have started it. */
export function isOfBorg({ stdout, stderr }: BackupOutput): boolean {
  return (
    readCreated(stdout) !== null ||
    readBorgLines(stderr).some(({ text, level }) => level !== null || text.startsWith('Archive fingerprint:'))
  );
}

/** @param isBorg whether the exit code is borg's own: that of a script which calls it may mean anything */
function statusOf(output: BackupOutput, isBorg: boolean): AgentRun['status'] {
  const ended = endedBySignal(output);
  if (ended) return ended;
  if (output.exitCode === 0) return 'success';
  return isBorg && output.exitCode !== null && isWarningExit(output.exitCode) ? 'warning' : 'failed';
}

function errorCode(
  { exitCode }: BackupOutput,
  lines: readonly BorgLine[],
  missingPaths: readonly string[],
): string | null {
  return borgProblemCode(exitCode, lines) ?? (missingPaths.length > 0 ? 'source_missing' : null);
}

/** With `--stats`, borg names the id of what it made. */
function fingerprintIn(lines: readonly BorgLine[]): string | null {
  const found = lines.flatMap(({ text }) => /^Archive fingerprint: ([0-9a-f]{64})$/.exec(text)?.[1] ?? []);
  return found.at(-1) ?? null;
}

/** `path: step: [Errno 2] …`; 1.2 leaves the step out where it looks at a source first. */
const FAILED_FILE = /^(.+?)(?:: (\w+))?: \[Errno (\d+)\] /;

const isFileWarning = (text: string): boolean =>
  FAILED_FILE.test(text) || text.endsWith('file changed while we backed it up');

/** A source that was named and is not there; 1.2 says so of its parent folder, in the step `open_root`. */
function missingSource(text: string, sourcePaths: readonly string[]): string[] {
  const [, path = '', step, errno] = FAILED_FILE.exec(text) ?? [];
  if (errno !== '2') return [];
  return step === 'open_root' || sourcePaths.map(withoutSlash).includes(withoutSlash(path)) ? [path] : [];
}

/** A borg that frees space counts less than nothing as new. */
function bytesOf({ archive: { stats } }: Created): AgentRun['bytes'] {
  return {
    source: stats.original_size,
    read: null,
    transferred: null,
    stored: Math.max(0, stats.deduplicated_size),
  };
}

function filesOf({ archive: { stats } }: Created, failedCount: number): AgentRun['files'] {
  return {
    total: stats.nfiles,
    new: null,
    changed: null,
    unchanged: null,
    failed: failedCount,
    deleted: null,
  };
}
