import type { RepositoryProblemCode, ReportedRepository } from '@/contract/report';
import { finalMessage, readResticLines } from '@/agent/collectors/restic/restic-output';
import type { Redact } from '@/agent/redact';
import type { ProgramOutcome } from '@/agent/tools/run-program';

export type RepositoryProblem = NonNullable<ReportedRepository['problem']>;

const MESSAGE_LENGTH_MAX = 2000;

/** Why restic could not do what was asked; null when it did. Versions before 0.17 always end with 1: their text decides. */
export function problemOf(outcome: ProgramOutcome, redact: Redact): RepositoryProblem | null {
  if (outcome.exitCode === 0 && !outcome.hasTimedOut && outcome.startError === null) return null;
  const code = problemCode(outcome);
  return {
    code,
    exit_code: outcome.exitCode,
    message: redact(problemMessage(outcome, code)).slice(0, MESSAGE_LENGTH_MAX),
  };
}

/** Exit codes of 0.17 and later. */
const CODE_OF_EXIT: Readonly<Record<number, RepositoryProblemCode>> = {
  10: 'repository_missing',
  11: 'repository_locked',
  12: 'wrong_password',
};

/** In order: the words of a network or permission failure stand in front of the guess that the repository is missing. */
const CODE_OF_TEXT: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [
    /wrong password or no key found|empty password is not|resolving password failed|password.*(?:not set|is required)|unable to (?:read|get) password/i,
    'wrong_password',
  ],
  [/already locked/i, 'repository_locked'],
  [/no space left on device|disk full/i, 'disk_full'],
  [/quota exceeded|insufficient storage|\b507\b/i, 'quota'],
  [
    /connection refused|no such host|network is unreachable|no route to host|connection reset|i\/o timeout|dial tcp|tls:|x509|could not resolve hostname|connection timed out|\bbad gateway\b|\b50[234]\b/i,
    'network',
  ],
  [
    /permission denied|access ?denied|\b403\b|\b401\b|unauthorized|operation not permitted|host key verification failed/i,
    'permission',
  ],
  [
    /repository does not exist|is there a repository at the following location|config file does not exist|unable to open config file|unable to open repository|unable to open backend|repository not found/i,
    'repository_missing',
  ],
  [/unsupported repository version|repository version/i, 'unsupported_version'],
];

/** The code for what restic wrote and how it ended; `unreadable` when nothing more is known. */
export function problemCode(
  outcome: Pick<ProgramOutcome, 'exitCode' | 'stderr' | 'hasTimedOut' | 'startError'>,
): RepositoryProblemCode {
  if (outcome.startError !== null) return outcome.startError === 'EACCES' ? 'permission' : 'tool_missing';
  const byExit = CODE_OF_EXIT[outcome.exitCode ?? 0];
  if (byExit) return byExit;
  const byText = problemCodeOfText(outcome.stderr);
  if (outcome.hasTimedOut) return byText === 'network' ? 'network' : 'timeout';
  return byText ?? 'unreadable';
}

/** The code that the words of an error message tell; null when they tell none. */
export function problemCodeOfText(text: string): RepositoryProblemCode | null {
  return CODE_OF_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function problemMessage(outcome: ProgramOutcome, code: RepositoryProblemCode): string {
  if (code === 'tool_missing')
    return 'restic could not be started: it is not installed, or not where the configuration says.';
  const message = finalMessage(readResticLines(outcome.stderr));
  if (!outcome.hasTimedOut)
    return message ?? `restic ended with ${outcome.exitCode ?? 'a signal'} and said nothing.`;
  const seconds = Math.round((outcome.endedAt.getTime() - outcome.startedAt.getTime()) / 1000);
  const firstLine = readResticLines(outcome.stderr).texts[0];
  return `restic was stopped after ${seconds} s${firstLine ? `: ${firstLine}` : '.'}`;
}
