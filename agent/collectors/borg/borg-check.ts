import type { ReportedVerification } from '@/contract/report';
import { askBorg } from '@/agent/collectors/borg/borg-command';
import { finalBorgMessage, readBorgLines, type BorgLine } from '@/agent/collectors/borg/borg-output';
import { borgProblemCode } from '@/agent/collectors/borg/borg-problem';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import { confirmedVerification, verificationKey } from '@/agent/collectors/verification';
import type { Redact } from '@/agent/redact';
import { beginningOf } from '@/agent/report/shorten';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** borg checks the segments of a repository, or reads and decrypts all of it; it has no share by chance. */
export type BorgDepth = 'structure' | 'all';

/** Checks a repository without its lock, which a backup would have to wait for. */
export function checkBorg(
  access: RepositoryAccess,
  repositoryKey: string,
  depth: BorgDepth,
  timeLimitSeconds: number,
): Promise<ReportedVerification> {
  const args = ['check', depth === 'all' ? '--verify-data' : '--repository-only'];
  return confirmedVerification(async () => {
    const outcome = await askBorg(access, args, timeLimitSeconds);
    return borgVerificationOf(outcome, repositoryKey, depth, access.redact);
  });
}

/**
 * What a check proves. The checksums of segments are no proof of the data: only decrypting it is. Where it could not be
 * done it ended in `error` and proves nothing either way.
 */
export function borgVerificationOf(
  outcome: ProgramOutcome,
  repositoryKey: string,
  depth: BorgDepth,
  redact: Redact,
): ReportedVerification {
  const lines = readBorgLines(outcome.stderr);
  const damage = lines.filter(({ text }) => DAMAGE.test(text));
  const result = resultOf(outcome, lines, damage);
  return {
    verification_key: verificationKey(outcome, repositoryKey),
    repository_key: repositoryKey,
    kind: depth === 'all' ? 'data_full' : 'structure',
    coverage_percent: depth === 'all' && !outcome.hasTimedOut ? 100 : null,
    started_at: outcome.startedAt.toISOString(),
    ended_at: outcome.endedAt.toISOString(),
    result,
    errors: result === 'error' ? null : damage.length,
    damaged: damagedIn(damage),
    exit_code: outcome.exitCode,
    message: result === 'ok' ? null : beginningOf(redact(messageOf(outcome, lines, damage))),
  };
}

/** Words by which borg tells of damage. */
export const DAMAGE =
  /integrity error|index object count mismatch|rebuilt index: .*committed index: |missing .*chunk|chunk .* (?:missing|not found)|item metadata chunk|archive .* (?:is corrupt|has incorrect)|defect chunks|no manifest|manifest .*(?:not found|corrupt)/i;

function resultOf(
  { exitCode, hasTimedOut }: ProgramOutcome,
  lines: readonly BorgLine[],
  damage: readonly BorgLine[],
): ReportedVerification['result'] {
  if (exitCode === 0) return 'ok';
  if (damage.length > 0) return 'problems'; // however it ended
  const hasOtherCause = borgProblemCode(exitCode, lines) !== null;
  if (hasTimedOut || exitCode === null || hasOtherCause) return 'error';
  return lines.some(({ text }) => SAYS_DAMAGED.test(text)) ? 'problems' : 'error';
}

const SAYS_DAMAGED = /check(?: complete)?, (?:errors|problems) found/i;

function damagedIn(damage: readonly BorgLine[]): string[] {
  const named = damage.flatMap(
    ({ text }) => /\b[0-9a-f]{64}\b/.exec(text)?.[0] ?? /\bsegment \d+\b/.exec(text)?.[0] ?? [],
  );
  return [...new Set(named)].slice(0, 1000);
}

const SHOWN_LINES_MAX = 5;

function messageOf(
  { hasTimedOut }: ProgramOutcome,
  lines: readonly BorgLine[],
  damage: readonly BorgLine[],
): string {
  const shown = damage.slice(0, SHOWN_LINES_MAX).map(({ text }) => text.trim());
  const end = hasTimedOut ? 'The check was stopped at its time limit.' : (finalBorgMessage(lines) ?? '');
  return [...shown, end].join('\n').trim();
}
