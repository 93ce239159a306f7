import type { RestoreResult } from '@/domain/restore-test/judge-restore';
import { endOf } from '@/agent/report/shorten';
import type { TestSession } from '@/agent/restore-test/test-session';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';
import { whyUnsafe } from '@/agent/tools/unsafe-program';

export interface ScriptOutcome {
  file: string;
  result: RestoreResult;
  message: string;
  exit_code: number | null;
  output_tail: string;
}

/** What a script is told in its environment. */
interface ScriptSubject {
  data: string;
  point: string;
  repository: string;
}

const OUTPUT_TAIL = 1000;
const EXIT_FAILED = 1;
const EXIT_SKIPPED = 77;

/**
 * Runs a script of the user's own on what was restored: `FILE FOLDER`, in that folder, with HOLDFAST_RESTORED, HOLDFAST_POINT and
 * HOLDFAST_REPOSITORY and without any secret. 0 passed, 1 failed, 77 skipped; anything else, and running out of time, is an error.
 */
export async function runScript(
  file: string,
  { data, point, repository }: ScriptSubject,
  { limits, evidence }: TestSession,
): Promise<ScriptOutcome> {
  const unsafe = whyUnsafe(file, 'verification script');
  if (unsafe !== null) return { file, result: 'error', message: unsafe, exit_code: null, output_tail: '' };
  const outcome = await runProgram({
    program: file,
    args: [data],
    cwd: data,
    env: {
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: data,
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      HOLDFAST_RESTORED: data,
      HOLDFAST_POINT: point,
      HOLDFAST_REPOSITORY: repository,
    },
    timeLimitSeconds: limits.secondsLeft(),
    onStart: limits.onStart,
  });
  limits.onEnd('script', outcome);
  const output_tail = evidence.steps.at(-1)?.stderr_tail || endOf(outcome.stdout, OUTPUT_TAIL);
  const result = resultOf(outcome);
  return { file, result, message: messageOf(outcome, output_tail), exit_code: outcome.exitCode, output_tail };
}

function resultOf({ exitCode, hasTimedOut }: ProgramOutcome): RestoreResult {
  if (hasTimedOut) return 'error';
  if (exitCode === 0) return 'passed';
  if (exitCode === EXIT_FAILED) return 'failed';
  return exitCode === EXIT_SKIPPED ? 'skipped' : 'error';
}

function messageOf({ exitCode, signal, hasTimedOut, startError }: ProgramOutcome, tail: string): string {
  if (startError !== null) return `The verification script could not be started: ${startError}.`;
  if (hasTimedOut) return 'The verification script was stopped at the time limit.';
  return `The verification script ended with ${exitCode ?? signal ?? 'nothing'}${tail.trim() === '' ? '.' : `: ${tail.trim()}`}`;
}
