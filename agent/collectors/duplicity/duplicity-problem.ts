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

/** Why duplicity could not do what was asked; null when it did. */
export function duplicityProblemOf(outcome: ProgramOutcome, redact: Redact): RepositoryProblem | null {
  const { exitCode, hasTimedOut, startError } = outcome;
  if (exitCode === 0 && !hasTimedOut && startError === null) return null;
  const texts = duplicityTexts(outcome.stderr);
  const code = problemCode(outcome, texts.join('\n'));
  const said = { finalMessage: finalMessage(texts), firstLine: texts[0] };
  return {
    code,
    exit_code: exitCode,
    message: beginningOf(redact(problemMessage('duplicity', outcome, code, said))),
  };
}

/** What it said, each text once: with `--log-fd 2` it says all to people and to programs. */
export function duplicityTexts(stderr: string): string[] {
  const lines = stderr
    .split('\n')
    .filter((line) => !/^(?:ERROR|WARNING|NOTICE|INFO|DEBUG) \d+/.test(line))
    .map((line) => line.replace(/^\. ?/, '').trimEnd())
    .filter((line) => line !== '');
  return [...new Set(lines)];
}

/** Of a traceback the last line tells; of anything else the first. */
function finalMessage(texts: readonly string[]): string | null {
  const isTraceback = texts.some((text) => text.startsWith('Traceback '));
  return (isTraceback ? texts.at(-1) : texts.slice(0, 5).join('\n'))?.trim() || null;
}

/** Its own error codes, which it also ends with and never changes (`duplicity/log.py`). A server that failed says nothing of what lies there. */
const CODES: Readonly<Record<number, RepositoryProblemCode>> = {
  31: 'wrong_password',
  35: 'disk_full',
  38: 'network',
  50: 'network',
  51: 'permission',
  52: 'repository_missing',
  53: 'disk_full',
  54: 'network',
  55: 'network',
};

const SAID: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [/Bad session key|decryption failed|No secret key|bad passphrase/i, 'wrong_password'],
  [/Another (?:instance|duplicity)|already running with this archive directory/i, 'repository_locked'],
  [/no such option|unrecognized arguments|invalid choice/i, 'unsupported_version'],
  [/No module named|Could not initialize backend/i, 'tool_missing'],
  ...SYSTEM_ERRORS,
];

function problemCode(
  { exitCode, hasTimedOut, startError }: ProgramOutcome,
  said: string,
): RepositoryProblemCode {
  if (startError !== null) return startProblemCode(startError);
  if (hasTimedOut || exitCode === null || OUT_OF_MEMORY.test(said)) return 'timeout';
  return duplicityErrorCode(exitCode, said) ?? 'unreadable';
}

/** By its words, else by the code it ended with; null when neither tells. */
export function duplicityErrorCode(exitCode: number | null, said: string): RepositoryProblemCode | null {
  return SAID.find(([pattern]) => pattern.test(said))?.[1] ?? CODES[exitCode ?? -1] ?? null;
}
