import { runKind } from '@/contract/report';
import { makeRedact, secretsOfEnvironment } from '@/agent/redact';
import type { Places } from '@/agent/places';
import { reportRun, type FinishedRun } from '@/agent/report/report-run';
import { runBackup } from '@/agent/tools/run-backup';
import { stopPrograms } from '@/agent/tools/run-program';
import { parseCommandLine, say, usageError, type Command, type CommandContext } from './command';
import { ensureEnrolment } from './enrol';
import { tellDelivery } from './report';

const HELP = `holdfast-agent run --job J [--repo R] [--kind KIND] -- COMMAND [ARGUMENTS]

Runs a backup, shows its output as it comes, reports how it ended, and ends with the exit code of the backup.
Holdfast being unreachable never makes a backup fail: the report then waits in the spool.

  --job J      name of the job; jobs of the configuration file say which repository they write to
  --repo R     repository it writes to, when neither configuration, command nor environment says so
  --kind KIND  ${runKind.options.join(', ')} (default: backup, or what the restic command is)
`;

export const run: Command = { summary: 'run a backup and report how it ended', help: HELP, run: runRun };

async function runRun({ args, env, places }: CommandContext): Promise<number> {
  const separator = args.indexOf('--');
  const command = separator < 0 ? [] : args.slice(separator + 1);
  const { values } = parseCommandLine('run', separator < 0 ? args : args.slice(0, separator), {
    job: { type: 'string' },
    repo: { type: 'string' },
    kind: { type: 'string' },
  });
  if (!values.job || values.job.length > 200)
    throw usageError('run', 'run needs --job with a name of at most 200 characters');
  if (command.length === 0) throw usageError('run', 'run needs a command after --');
  const kind = values.kind === undefined ? null : runKind.safeParse(values.kind).data;
  if (kind === undefined) throw usageError('run', `"${values.kind ?? ''}" is not a kind of run`);
  const end = await runBackup(command, env);
  await reportSafely({ job: values.job, kind, repo: values.repo ?? null, command, env, end }, places);
  return end.shellExitCode;
}

async function reportSafely(finished: FinishedRun, places: Places): Promise<void> {
  const stop = stopWithSignals();
  try {
    const enrolment = await ensureEnrolment(places, finished.env);
    const delivery = enrolment && (await reportRun(finished, places, enrolment, stop));
    if (!enrolment) say('holdfast-agent: this machine is not enrolled; the backup is not reported.');
    if (delivery?.stoppedBecause) say(`holdfast-agent: ${tellDelivery(delivery)}`);
  } catch (error) {
    complain(error);
  }
}

/** Told to stop after the backup, we still keep its run: reading and sending end at once instead. */
function stopWithSignals(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      stop.abort();
      stopPrograms();
    });
  return stop.signal;
}

/** Nothing that goes wrong with reporting may change how the backup ends. */
function complain(error: unknown): void {
  const redact = makeRedact(secretsOfEnvironment(process.env));
  const text = error instanceof Error ? error.message : String(error);
  say(`holdfast-agent: the backup ended, but could not be reported: ${redact(text)}`);
}
