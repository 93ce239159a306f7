import type { RepositoryProblemCode } from '@/contract/report';
import { finalBorgMessage, readBorgLines, type BorgLine } from '@/agent/collectors/borg/borg-output';
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

/** Why borg could not do what was asked; null when it did. A warning (1, 100 to 127) is no problem of the repository. */
export function borgProblemOf(outcome: ProgramOutcome, redact: Redact): RepositoryProblem | null {
  if (hasAnswered(outcome)) return null;
  const lines = readBorgLines(outcome.stderr);
  const code = problemCode(outcome, lines);
  const said = { finalMessage: explained(lines), firstLine: lines[0]?.text };
  return {
    code,
    exit_code: outcome.exitCode,
    message: beginningOf(redact(problemMessage('borg', outcome, code, said))),
  };
}

function hasAnswered({ exitCode, hasTimedOut, startError }: ProgramOutcome): boolean {
  if (hasTimedOut || startError !== null || exitCode === null) return false;
  return exitCode === 0 || isWarningExit(exitCode);
}

/** borg's classic 1, and with modern exit codes (1.4) 100 to 127. */
export function isWarningExit(exitCode: number): boolean {
  return exitCode === 1 || (exitCode >= 100 && exitCode <= 127);
}

/** By the name of the error, the same in all versions; with it the modern exit code that 1.4 gives. */
const ERRORS: ReadonlyArray<readonly [string, number, RepositoryProblemCode]> = [
  ['Repository.AtticRepository', 11, 'unsupported_version'],
  ['Repository.DoesNotExist', 13, 'repository_missing'],
  ['Repository.InsufficientFreeSpaceError', 14, 'disk_full'],
  ['Repository.StorageQuotaExceeded', 20, 'quota'],
  ['Repository.PathPermissionDenied', 21, 'permission'],
  ['MandatoryFeatureUnsupported', 25, 'unsupported_version'],
  ['Manifest.UnsupportedManifestError', 27, 'unsupported_version'],
  ['KeyfileNotFoundError', 42, 'wrong_password'],
  ['UnsupportedKeyFormatError', 46, 'unsupported_version'],
  ['UnsupportedPayloadError', 47, 'unsupported_version'],
  ['NoPassphraseFailure', 50, 'wrong_password'],
  ['PasscommandFailure', 51, 'wrong_password'],
  ['PassphraseWrong', 52, 'wrong_password'],
  ['PasswordRetriesExceeded', 53, 'wrong_password'],
  ['Cache.CacheInitAbortedError', 60, 'permission'],
  ['Cache.RepositoryAccessAborted', 62, 'permission'],
  ['LockError', 70, 'repository_locked'],
  ['LockErrorT', 71, 'repository_locked'],
  ['LockFailed', 72, 'permission'],
  ['LockTimeout', 73, 'repository_locked'],
  ['ConnectionClosed', 80, 'network'],
  ['ConnectionClosedWithHint', 81, 'network'],
  ['PathNotAllowed', 83, 'permission'],
  ['RemoteRepository.RPCServerOutdated', 84, 'unsupported_version'],
  ['ConnectionBrokenWithHint', 87, 'network'],
];
const CODE_OF_NAME = new Map(ERRORS.map(([name, , code]) => [name, code]));
const CODE_OF_EXIT = new Map(ERRORS.map(([, exitCode, code]) => [exitCode, code]));

/** What borg says without `--log-json`, and what the system says behind it. */
const CODE_OF_TEXT: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [
    /passphrase supplied in .* is incorrect|can not acquire a passphrase|passcommand supplied|No key file for repository/i,
    'wrong_password',
  ],
  [/Failed to create\/acquire the lock .*\(timeout\)/i, 'repository_locked'],
  [/^Repository .+ does not exist\.$/m, 'repository_missing'],
  [/storage quota .* has been exceeded/i, 'quota'],
  [/Insufficient free space/i, 'disk_full'],
  [/Cache initialization aborted|Repository access aborted/i, 'permission'],
  ...SYSTEM_ERRORS,
];

/** The cache of a repository is a folder named by its id; its lock says nothing about the repository. */
const CACHE_LOCK = /the lock \S+\/[0-9a-f]{64}\/lock\.exclusive \(timeout\)/;

/** The code that borg's words and its end tell; null when they tell none. Why a connection broke, ssh has said before. */
export function borgProblemCode(
  exitCode: number | null,
  lines: readonly BorgLine[],
): RepositoryProblemCode | null {
  if (lines.some(({ text }) => CACHE_LOCK.test(text))) return 'timeout';
  const named = lines.findLast(({ messageId }) => messageId !== null && CODE_OF_NAME.has(messageId));
  const byName = CODE_OF_NAME.get(named?.messageId ?? '') ?? CODE_OF_EXIT.get(exitCode ?? 0);
  if (byName !== undefined && byName !== 'network') return byName;
  const text = lines.map((line) => line.text).join('\n');
  return CODE_OF_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? byName ?? null;
}

function problemCode(outcome: ProgramOutcome, lines: readonly BorgLine[]): RepositoryProblemCode {
  if (outcome.startError !== null) return startProblemCode(outcome.startError);
  const told = borgProblemCode(outcome.exitCode, lines);
  if (outcome.hasTimedOut) return told === 'network' ? 'network' : 'timeout';
  const isKilled = outcome.exitCode === null || OUT_OF_MEMORY.test(outcome.stderr);
  return told ?? (isKilled ? 'timeout' : 'unreadable');
}

const CONSENT: Readonly<Record<string, string>> = {
  BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'unencrypted',
  BORG_RELOCATED_REPO_ACCESS_IS_OK: 'relocated',
};

/** borg asks a person before it reads what it does not know; nobody is there to answer, and we do not answer for them. */
function explained(lines: readonly BorgLine[]): string | null {
  if (lines.some(({ text }) => text.startsWith('can not acquire a passphrase')))
    return 'borg needs a passphrase, and neither the configuration nor the environment gives one.';
  const asked = lines.find(({ messageId }) => messageId !== null && messageId in CONSENT);
  const refused = lines.some(({ messageId }) => messageId?.startsWith('Cache.') === true);
  if (!asked || !refused) return finalBorgMessage(lines);
  const warning = asked.text.split('\n', 1)[0] ?? '';
  return `${warning}\nIf that is right, add "accept": ["${CONSENT[asked.messageId ?? '']}"] to this repository in the agent's configuration.`;
}
