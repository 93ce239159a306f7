import type { RepositoryProblemCode } from '@/contract/report';
import {
  OUT_OF_MEMORY,
  problemMessage,
  startProblemCode,
  SYSTEM_ERRORS,
  type RepositoryProblem,
} from '@/agent/collectors/repository-problem';
import { finalMessage, readResticLines } from '@/agent/collectors/restic/restic-output';
import type { Redact } from '@/agent/redact';
import { beginningOf } from '@/agent/report/shorten';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** Why restic could not do what was asked; null when it did. Versions before 0.17 always end with 1: their text decides. */
export function problemOf(outcome: ProgramOutcome, redact: Redact): RepositoryProblem | null {
  if (outcome.exitCode === 0 && !outcome.hasTimedOut && outcome.startError === null) return null;
  const code = problemCode(outcome);
  const lines = readResticLines(outcome.stderr);
  const said = { finalMessage: finalMessage(lines), firstLine: lines.texts[0] };
  return {
    code,
    exit_code: outcome.exitCode,
    message: beginningOf(redact(problemMessage('restic', outcome, code, said))),
  };
}

/** Exit codes of 0.17 and later. */
const CODE_OF_EXIT: Readonly<Record<number, RepositoryProblemCode>> = {
  10: 'repository_missing',
  11: 'repository_locked',
  12: 'wrong_password',
};

/**
 * In order: the words of a network or permission failure stand in front of the guess that the repository is missing.
 * Only what does not exist is missing: restic says `unable to open` of everything.
 */
const CODE_OF_TEXT: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [
    /wrong password or no key found|empty password is not|resolving password failed|password.*(?:not set|is required)|unable to (?:read|get) password/i,
    'wrong_password',
  ],
  [/already locked/i, 'repository_locked'],
  ...SYSTEM_ERRORS,
  [
    /repository (?:does not exist|not found)|config file does not exist|unable to open (?:config file|repository|backend).*(?:no such file or directory|cannot find|does(?: not|n't) exist|not found|\(404\))/i,
    'repository_missing',
  ],
  [
    /unsupported repository version|repository version|unknown (?:command|flag|shorthand)/i,
    'unsupported_version',
  ],
];

/**
 * The code for what restic wrote and how it ended; `unreadable` when nothing more is known. One that was killed or ran
 * out of memory says nothing about the repository: that is a time-out, like any answer that did not come.
 */
function problemCode(
  outcome: Pick<ProgramOutcome, 'exitCode' | 'stderr' | 'hasTimedOut' | 'startError'>,
): RepositoryProblemCode {
  if (outcome.startError !== null) return startProblemCode(outcome.startError);
  const byExit = CODE_OF_EXIT[outcome.exitCode ?? 0];
  if (byExit) return byExit;
  const byText = problemCodeOfOutput(outcome.stderr);
  if (outcome.hasTimedOut) return byText === 'network' ? 'network' : 'timeout';
  const isKilled = outcome.exitCode === null || OUT_OF_MEMORY.test(outcome.stderr);
  return byText ?? (isKilled ? 'timeout' : 'unreadable');
}

/** The code of what restic ended with, or of what it wrote before: why a connection broke, ssh has said by then. */
export function problemCodeOfOutput(stderr: string): RepositoryProblemCode | null {
  const lines = readResticLines(stderr);
  const atEnd = problemCodeOfText(finalMessage(lines) ?? '');
  return atEnd === null || atEnd === 'network' ? problemCodeOfText(lines.texts.join('\n')) : atEnd;
}

/** The code that the words of an error message tell; null when they tell none. */
export function problemCodeOfText(text: string): RepositoryProblemCode | null {
  return CODE_OF_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
