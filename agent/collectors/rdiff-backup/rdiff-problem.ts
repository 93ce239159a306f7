import type { RepositoryProblemCode } from '@/contract/report';
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

/** Why rdiff-backup could not do what was asked; null when it did. */
export function rdiffProblemOf(outcome: ProgramOutcome, redact: Redact): RepositoryProblem | null {
  const { exitCode, hasTimedOut, startError } = outcome;
  if (exitCode === 0 && !hasTimedOut && startError === null) return null;
  const texts = rdiffTexts(outcome.stderr);
  const code = problemCode(outcome, texts.join('\n'));
  const errors = texts.filter((text) => text.startsWith('ERROR: '));
  const said = {
    finalMessage: (errors[0] ?? texts.at(-1))?.replace(/^ERROR: +/, '') ?? null,
    firstLine: texts[0],
  };
  return {
    code,
    exit_code: exitCode,
    message: beginningOf(redact(problemMessage('rdiff-backup', outcome, code, said))),
  };
}

/** Its messages, each in one line: it breaks long ones and sets the rest in. */
export function rdiffTexts(stderr: string): string[] {
  return stderr
    .replaceAll(/\n {9}(?=\S)/g, ' ')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

const SAID: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [/Repository is locked by file/, 'repository_locked'],
  [/couldn't be identified as being within an existing backup repository/, 'repository_missing'],
  [/Unrecognized|unrecognized arguments|invalid choice|--api-version|API version/, 'unsupported_version'],
  ...SYSTEM_ERRORS,
  [/Couldn't start up the remote connection|ConnectionError|Truncated header/, 'network'],
];

function problemCode(
  { exitCode, hasTimedOut, startError }: ProgramOutcome,
  said: string,
): RepositoryProblemCode {
  if (startError !== null) return startProblemCode(startError);
  if (hasTimedOut || exitCode === null || OUT_OF_MEMORY.test(said)) return 'timeout';
  return SAID.find(([pattern]) => pattern.test(said))?.[1] ?? 'unreadable';
}
