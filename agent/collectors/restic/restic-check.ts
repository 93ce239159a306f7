import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ReportedVerification } from '@/contract/report';
import type { CheckSettings } from '@/agent/config/agent-config';
import { askRestic, type ResticAccess } from '@/agent/collectors/restic/restic-command';
import { finalMessage, readResticLines, type ResticLines } from '@/agent/collectors/restic/restic-output';
import { problemCode } from '@/agent/collectors/restic/restic-problem';
import type { Redact } from '@/agent/redact';
import type { ProgramOutcome } from '@/agent/tools/run-program';

type Depth = CheckSettings['read_data'];

/** Checks a repository without a lock, and says how deep. */
export async function checkRestic(
  access: ResticAccess,
  repositoryKey: string,
  settings: CheckSettings,
): Promise<ReportedVerification> {
  const outcome = await askRestic(
    access,
    ['check', ...depthArguments(settings.read_data)],
    settings.time_limit_minutes * 60,
  );
  return verificationOf(outcome, repositoryKey, settings.read_data, access.redact);
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
    coverage_percent: coverageOf(depth),
    started_at: outcome.startedAt.toISOString(),
    ended_at: outcome.endedAt.toISOString(),
    result,
    errors: result === 'error' ? null : (told?.num_errors ?? errorsInText(lines)),
    damaged: damagedIn(lines, told?.broken_packs ?? []),
    exit_code: outcome.exitCode,
    message: result === 'ok' ? null : redact(messageOf(outcome, lines)).slice(0, 2000),
  };
}

function verificationKey({ startedAt }: ProgramOutcome, repositoryKey: string): string {
  return createHash('sha256')
    .update(`${repositoryKey}\n${startedAt.toISOString()}`)
    .digest('hex')
    .slice(0, 32);
}

const KIND: Readonly<Record<string, ReportedVerification['kind']>> = {
  structure: 'structure',
  all: 'data_full',
};

function coverageOf(depth: Depth): number | null {
  if (depth === 'structure') return null;
  return depth === 'all' ? 100 : Math.min(100, Number.parseFloat(depth));
}

function resultOf(outcome: ProgramOutcome, lines: ResticLines): ReportedVerification['result'] {
  if (outcome.hasTimedOut || outcome.startError !== null || outcome.exitCode === null) return 'error';
  if (outcome.exitCode === 0) return 'ok';
  if (lines.texts.some((text) => /repository contains errors/i.test(text))) return 'problems';
  return problemCode(outcome) === 'unreadable' && lines.texts.some((text) => DAMAGE.test(text))
    ? 'problems'
    : 'error';
}

const DAMAGE =
  /does not match|does not exist|not found in repository|ciphertext verification failed|invalid data|pack .* contains|error for tree|unable to load/i;
const PACK = /\bpack(?: ID does not match, want)? ([0-9a-f]{64})\b/i;

function errorsInText(lines: ResticLines): number {
  return lines.texts.filter(
    (text) => DAMAGE.test(text) && !text.startsWith('Fatal:') && !text.startsWith('error for tree'),
  ).length;
}

function damagedIn(lines: ResticLines, broken: readonly string[]): string[] {
  const named = lines.texts.flatMap((text) => (DAMAGE.test(text) ? (PACK.exec(text)?.[1] ?? []) : []));
  return [...new Set([...broken, ...named])].slice(0, 1000);
}

function messageOf(outcome: ProgramOutcome, lines: ResticLines): string {
  if (outcome.hasTimedOut) return 'The check was stopped at its time limit.';
  const damage = lines.texts
    .filter((text) => DAMAGE.test(text))
    .slice(0, 5)
    .map((text) => text.trim());
  return [...damage, finalMessage(lines) ?? ''].join('\n').trim();
}
