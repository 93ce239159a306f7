import type { AgentRun } from '@/contract/report';

/** What is kept of the output of a backup while it runs. */
export interface BackupOutput {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Lines of stdout that may tell the result. */
  stdout: string;
  stderr: string;
}

/** How a backup ended, as far as its tool says. */
export interface BackupResult {
  run: Pick<
    AgentRun,
    'status' | 'partial' | 'bytes' | 'files' | 'errors' | 'warnings' | 'exit_code' | 'error_code'
  >;
  /** Of the recovery point, as the tool wrote it, perhaps short; null when none was made or none was named. */
  pointId: string | null;
  missingPaths: string[];
  /** Points that the tool was told to remove and could not. */
  notRemovedCount: number;
  /** The server forbade their removal, as an append-only one does. */
  isAppendOnly: boolean;
  /** Nothing was written, whatever the tool said. */
  isDryRun: boolean;
}

/** How a command ended that no tool of ours ran: its exit code is all that is known. */
export function readCommandResult(output: BackupOutput): BackupResult {
  const status = endedBySignal(output) ?? (output.exitCode === 0 ? 'success' : 'failed');
  return {
    run: {
      status,
      partial: false,
      bytes: null,
      files: null,
      errors: null,
      warnings: null,
      exit_code: output.exitCode,
      error_code: null,
    },
    pointId: null,
    missingPaths: [],
    notRemovedCount: 0,
    isAppendOnly: false,
    isDryRun: false,
  };
}

/** A person or the system stopped it; other signals (out of memory, a crash) are failures. */
export function endedBySignal({ signal, exitCode }: BackupOutput): AgentRun['status'] | null {
  if (exitCode === 130) return 'cancelled';
  if (signal === null) return null;
  return ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].includes(signal) ? 'cancelled' : 'failed';
}
