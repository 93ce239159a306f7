import { z } from 'zod';
import type { ReportedVerification } from '@/contract/report';
import { checkDepth, type CheckSettings } from '@/agent/config/agent-config';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import { verificationKey } from '@/agent/collectors/verification';
import { askRestic } from '@/agent/collectors/restic/restic-command';
import { finalMessage, readResticLines, type ResticLines } from '@/agent/collectors/restic/restic-output';
import { problemCodeOfText } from '@/agent/collectors/restic/restic-problem';
import type { Redact } from '@/agent/redact';
import { beginningOf } from '@/agent/report/shorten';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** `structure`, `all`, or a percentage. */
type Depth = string;

/** Checks a repository without a lock, and says how deep. */
export async function checkRestic(
  access: RepositoryAccess,
  repositoryKey: string,
  settings: CheckSettings,
): Promise<ReportedVerification> {
  const depth = checkDepth(settings, 'restic');
  const outcome = await askRestic(
    access,
    ['check', ...depthArguments(depth)],
    settings.time_limit_minutes * 60,
  );
  return verificationOf(outcome, repositoryKey, depth, access.redact);
}

function depthArguments(depth: Depth): string[] {
  if (depth === 'structure') return [];
  return depth === 'all' ? ['--read-data'] : [`--read-data-subset=${depth}`];
}

const summary = z.object({
  message_type: z.literal('summary'),
  num_errors: z.int().min(0),
  broken_packs: z.array(z.string()).nullish(),
});

/**
 * What a check proves. A structure check never proves the data. Where it could not be done (lock, password, network,
 * time limit) it ended in `error` and proves nothing either way.
 */
export function verificationOf(
  outcome: ProgramOutcome,
  repositoryKey: string,
  depth: Depth,
  redact: Redact,
): ReportedVerification {
  const lines = readResticLines(outcome.stderr);
  const result = resultOf(outcome, lines);
  const told = readResticLines(outcome.stdout)
    .messages.flatMap((one) => summary.safeParse(one).data ?? [])
    .at(-1);
  return {
    verification_key: verificationKey(outcome, repositoryKey),
    repository_key: repositoryKey,
    kind: KIND[depth] ?? 'data_subset',
    coverage_percent: outcome.hasTimedOut ? null : coverageOf(depth),
    started_at: outcome.startedAt.toISOString(),
    ended_at: outcome.endedAt.toISOString(),
    result,
    errors: result === 'error' ? null : (told?.num_errors ?? errorsInText(lines)),
    damaged: damagedIn(lines, told?.broken_packs ?? []),
    exit_code: outcome.exitCode,
    message: result === 'ok' ? null : beginningOf(redact(messageOf(outcome, lines))),
  };
}

const KIND: Readonly<Record<string, ReportedVerification['kind']>> = {
  structure: 'structure',
  all: 'data_full',
};

function coverageOf(depth: Depth): number | null {
  if (depth === 'structure') return null;
  return depth === 'all' ? 100 : Math.min(100, Number.parseFloat(depth));
}

/** Damage that was seen is damage, however the check ended. A pack that could not be fetched is none. */
function resultOf(outcome: ProgramOutcome, lines: ResticLines): ReportedVerification['result'] {
  if (outcome.exitCode === 0) return 'ok';
  if (damageLines(lines).length > 0) return 'problems';
  if (outcome.hasTimedOut || outcome.exitCode === null) return 'error';
  const hasOtherCause = lines.texts.some((text) => problemCodeOfText(text) !== null);
  return saysDamaged(lines) && !hasOtherCause ? 'problems' : 'error';
}

const saysDamaged = (lines: ResticLines): boolean =>
  lines.texts.some((text) => /repository contains errors/i.test(text));

const DAMAGE =
  /does not match|does not exist|not found in repository|ciphertext verification failed|invalid data|pack .* contains|error for tree|unable to load/i;
const PACK = /\bpack(?: ID does not match, want)? ([0-9a-f]{64})\b/i;

function damageLines({ texts }: ResticLines): string[] {
  return texts.filter(
    (text) => DAMAGE.test(text) && !text.startsWith('Fatal:') && problemCodeOfText(text) === null,
  );
}

function errorsInText(lines: ResticLines): number {
  return damageLines(lines).filter((text) => !text.startsWith('error for tree')).length;
}

function damagedIn(lines: ResticLines, broken: readonly string[]): string[] {
  const named = damageLines(lines).flatMap((text) => PACK.exec(text)?.[1] ?? []);
  return [...new Set([...broken, ...named])].slice(0, 1000);
}

const SHOWN_LINES_MAX = 5;

function messageOf(outcome: ProgramOutcome, lines: ResticLines): string {
  const damage = damageLines(lines).slice(0, SHOWN_LINES_MAX);
  const end = outcome.hasTimedOut ? 'The check was stopped at its time limit.' : (finalMessage(lines) ?? '');
  return [...damage.map((text) => text.trim()), end].join('\n').trim();
}
