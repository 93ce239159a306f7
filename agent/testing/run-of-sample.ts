import { agentRun } from '@/contract/report';
import { readBackupCommand, readBackupResult, stderrTexts, toolOf } from '@/agent/collectors/backup-command';
import { hideCredentials } from '@/agent/redact';
import { runMessage } from '@/agent/report/run-message';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** What `holdfast-agent run` would report of a recorded command, and what else it read of it. */
export function runOfSample(command: string, outcome: ProgramOutcome) {
  const read = readBackupCommand(command.trim().split(' '), {});
  const { run: told, ...result } = readBackupResult(read, outcome);
  const texts = stderrTexts(toolOf(read, outcome), outcome.stderr);
  const run = agentRun.parse({
    ...told,
    kind: read?.kind ?? 'backup',
    run_key: 'run-of-the-sample',
    job_key: 'job-of-the-sample',
    message: runMessage(texts, told.status, hideCredentials),
  });
  return { run, ...result };
}
