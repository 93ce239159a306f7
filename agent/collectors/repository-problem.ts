import type { RepositoryProblemCode, ReportedRepository } from '@/contract/report';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** Why a repository could not be read; the codes are the same for every tool. */
export type RepositoryProblem = NonNullable<ReportedRepository['problem']>;

/** What the system, ssh and servers say, whichever tool passes it on; the first that fits decides. */
export const SYSTEM_ERRORS: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [/no space left on device|disk full/i, 'disk_full'],
  [/quota exceeded|insufficient storage|\(507\)/i, 'quota'],
  [
    /permission denied|access ?denied|forbidden|\((?:401|403)\)|unauthorized|operation not permitted|host key verification failed|authentication failed|access key id you provided|signature we calculated/i,
    'permission',
  ],
  [
    /connection (?:refused|reset|closed|timed out)|no such host|network is (?:unreachable|down)|no route to host|host is down|(?:i\/o|handshake) timeout|deadline exceeded|dial tcp|tls:|x509|could not resolve|name resolution|sftp session|broken pipe|\bEOF$|bad gateway|service unavailable|gateway timeout|\(50[0234]\)|stale file handle|input\/output error|transport endpoint/im,
    'network',
  ],
];

/** The code of a program that could not be started at all. */
export function startProblemCode(startError: string): RepositoryProblemCode {
  return startError === 'EACCES' ? 'permission' : 'tool_missing';
}

/** Memory ran out: that says nothing about the repository. */
export const OUT_OF_MEMORY =
  /cannot allocate memory|out of memory|failed to create new OS thread|MemoryError/i;

/**
 * What happened to the program, in a sentence.
 * @param said its own words, which go before; `firstLine` is what a program that was stopped had said by then
 */
export function problemMessage(
  tool: string,
  outcome: ProgramOutcome,
  code: RepositoryProblemCode,
  said: { finalMessage: string | null; firstLine: string | undefined },
): string {
  if (code === 'tool_missing')
    return `${tool} could not be started: it is not installed, or not where the configuration says.`;
  if (!outcome.hasTimedOut) {
    const end =
      outcome.exitCode === null
        ? `was ended by ${outcome.signal ?? 'a signal'}`
        : `ended with ${outcome.exitCode}`;
    return said.finalMessage ?? `${tool} ${end} and said nothing.`;
  }
  const seconds = Math.round((outcome.endedAt.getTime() - outcome.startedAt.getTime()) / 1000);
  return `${tool} was stopped after ${seconds} s${said.firstLine ? `: ${said.firstLine}` : '.'}`;
}

/** Whether something that is a repository answered; null when nothing was tried. */
export function isReachable(problem: RepositoryProblem | null): boolean | null {
  if (problem === null) return true;
  if (problem.code === 'tool_missing') return null;
  return ['wrong_password', 'repository_locked', 'unreadable', 'unsupported_version'].includes(problem.code);
}
