import type { RepositoryProblemCode } from '@/contract/report';
import { complaintsIn } from '@/agent/collectors/barman/barman-output';
import {
  OUT_OF_MEMORY,
  problemMessage,
  startProblemCode,
  SYSTEM_ERRORS,
  type RepositoryProblem,
} from '@/agent/collectors/repository-problem';
import type { Redact } from '@/agent/redact';
import { beginningOf } from '@/agent/report/shorten';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** Why barman could not do what was asked; null when it did. An answer that stops in the middle has the reason in its JSON. */
export function barmanProblemOf(outcome: ProgramOutcome, redact: Redact): RepositoryProblem | null {
  const { exitCode, hasTimedOut, startError } = outcome;
  const complaints = complaintsIn(outcome.stdout);
  if (exitCode === 0 && !hasTimedOut && startError === null && complaints.length === 0) return null;
  const texts = [...complaints, ...outcome.stderr.split('\n')].filter((text) => text.trim() !== '');
  const code = problemCode(outcome, texts.join('\n'));
  const said = { finalMessage: complaints.join('\n') || texts.at(-1) || null, firstLine: texts[0] };
  return {
    code,
    exit_code: exitCode,
    message: beginningOf(redact(problemMessage('barman', outcome, code, said))),
  };
}

const SAID: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [/Unknown server '|does not exist|No such file or directory/i, 'repository_missing'],
  [/LockFilePermissionDenied|PermissionError/, 'permission'],
  [/LockFileBusy|is already running/i, 'repository_locked'],
  [/unrecognized arguments|invalid choice/i, 'unsupported_version'],
  ...SYSTEM_ERRORS,
];

function problemCode(
  { exitCode, hasTimedOut, startError }: ProgramOutcome,
  said: string,
): RepositoryProblemCode {
  if (startError !== null) return startProblemCode(startError);
  if (hasTimedOut || exitCode === null || OUT_OF_MEMORY.test(said)) return 'timeout';
  return SAID.find(([pattern]) => pattern.test(said))?.[1] ?? 'unreadable';
}
