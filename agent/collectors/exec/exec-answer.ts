import { z } from 'zod';
import {
  agentReport,
  agentRun,
  immutabilityKind,
  locationKind,
  recoveryPoint,
  REPORT_SCHEMA_VERSION,
  repositoryProblemCode,
  wireMedia,
  type AgentRun,
  type ReportedPoint,
  type ReportedRepository,
} from '@/contract/report';
import { boundedKey } from '@/agent/collectors/job-stream';
import type { Redact } from '@/agent/redact';
import { EMPTY_COLLECTION, type Collection } from '@/agent/report/collection';

/** An optional field, which may be null or left out as in a report. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
const count = maybe(z.int().min(0));
/** Of one line, so that it can be kept as a name. */
const line = (lengthMax: number) =>
  z
    .string()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\n\r\t]*$/, 'must be one line');

const point = recoveryPoint.shape;
/** Of a recovery point, what a program may say. That it was verified, or cannot be changed, it cannot prove by saying so. */
const saidPoint = z.strictObject({
  point_key: point.point_key,
  repository_key: point.repository_key,
  job_key: point.job_key,
  source_host: point.source_host,
  source_paths: point.source_paths,
  tags: z.array(z.string().min(1).max(200)).max(100).default([]),
  taken_at: point.taken_at,
  completed_at: point.completed_at,
  state: point.state,
  bytes: maybe(z.strictObject({ logical: count, stored: count })),
  files: point.files,
  level: point.level,
  capture: point.capture,
  expires_at: point.expires_at,
  media_label: point.media_label,
});

const run = agentRun.shape;
const saidRun = z.strictObject({
  run_key: run.run_key,
  job_key: run.job_key,
  job_name: run.job_name,
  kind: run.kind,
  status: run.status,
  partial: run.partial,
  source_host: run.source_host,
  repository_key: run.repository_key,
  started_at: run.started_at,
  ended_at: run.ended_at,
  level: run.level,
  capture: run.capture,
  bytes: maybe(z.strictObject({ source: count, read: count, transferred: count, stored: count })),
  errors: run.errors,
  warnings: run.warnings,
  exit_code: run.exit_code,
  error_code: run.error_code,
  message: run.message,
  point_keys: run.point_keys,
});

const saidRepository = z.strictObject({
  repository_key: line(200),
  location: line(2000),
  location_kind: locationKind.default('unknown'),
  reachable: z.boolean(),
  problem: maybe(z.strictObject({ code: repositoryProblemCode, message: maybe(z.string().max(2000)) })),
  media: maybe(z.strictObject({ value: wireMedia, evidence: maybe(z.string().max(500)) })),
  encryption: maybe(z.strictObject({ value: z.boolean(), mode: maybe(z.string().min(1).max(200)) })),
  immutability: maybe(z.strictObject({ kind: immutabilityKind })),
  bytes: maybe(z.strictObject({ stored: count, logical: count })),
});

/** What a program prints: the words of the report, and none besides. */
const answer = z.strictObject({
  schema_version: z.literal(REPORT_SCHEMA_VERSION),
  scope: z
    .strictObject({ complete_for: agentReport.shape.scope.unwrap().shape.complete_for })
    .default({ complete_for: [] }),
  repositories: z.array(saidRepository).max(100),
  recovery_points: z.array(saidPoint).max(20_000).default([]),
  runs: z.array(saidRun).max(5000).default([]),
});
type Answer = z.output<typeof answer>;

/** Clocks differ by so much, and no more. */
const AHEAD_MILLISECONDS_MAX = 600_000;
const COMPLAINTS_MAX = 3;

/** Whose words they are. */
export interface Sayer {
  name: string;
  hostname: string;
}

/**
 * Reads what a program printed. From documentation: the form is Holdfast's own (docs/agent.md), and nothing but it is taken.
 * @returns a sentence when anything deviates from the form; then nothing of it counts
 */
export function readAnswer(stdout: string, sayer: Sayer, now: Date, redact: Redact): Collection | string {
  const told = parseText(stdout, redact);
  if (typeof told === 'string') return told;
  const parsed = answer.safeParse(told.value);
  if (!parsed.success) {
    const complaints = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'document'}: ${message}`,
    );
    return complaints.slice(0, COMPLAINTS_MAX).join('; ');
  }
  return contradiction(parsed.data, now) ?? collectionOf(parsed.data, sayer);
}

/** Every text without the secrets it might hold. No half characters and no control characters but line ends and tabs. */
function parseText(stdout: string, redact: Redact): { value: unknown } | string {
  let hasBroken = false;
  try {
    const value: unknown = JSON.parse(stdout, (_key, one: unknown) => {
      if (typeof one !== 'string') return one;
      hasBroken ||= !one.isWellFormed() || CONTROL.test(one);
      return redact(one);
    });
    return hasBroken ? 'a text holds half a character, or a control character' : { value };
  } catch {
    return stdout.trim() === '' ? 'it printed nothing' : 'it printed something that is not one JSON document';
  }
}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

/** What each part may say by itself, and not together. null: nothing. */
function contradiction(
  { scope, repositories, recovery_points: points, runs }: Answer,
  now: Date,
): string | null {
  const reachable = new Map(repositories.map((one) => [one.repository_key, one.reachable]));
  const twice =
    repeated(repositories.map((one) => one.repository_key)) ??
    repeated(points.map((one) => `${one.repository_key} ${one.point_key}`)) ??
    repeated(runs.map((one) => one.run_key));
  if (twice !== null) return `${twice} stands there twice`;
  const named = [...points, ...runs].map((one) => one.repository_key);
  const unknown = named.find((key) => key !== null && !reachable.has(key));
  if (unknown !== undefined) return `${unknown} is not among the repositories`;
  const listed = scope.complete_for.map((one) => one.slice('recovery_points:'.length));
  const unread = listed.find((key) => reachable.get(key) !== true);
  if (unread !== undefined) return `scope.complete_for: ${unread} is not a repository that is reachable`;
  const wrong = repositories.find((one) => one.reachable && one.problem !== null);
  if (wrong) return `${wrong.repository_key} has a problem and is reachable`;
  const latest = now.getTime() + AHEAD_MILLISECONDS_MAX;
  const spans = [
    ...points.map((one) => ({ key: one.point_key, from: one.taken_at, to: one.completed_at })),
    ...runs.map((one) => ({ key: one.run_key, from: one.started_at, to: one.ended_at })),
  ];
  const ahead = spans.find(({ from, to }) => [from, to].some((at) => at !== null && Date.parse(at) > latest));
  if (ahead) return `${ahead.key} lies in the future`;
  const reversed = spans.find(
    ({ from, to }) => from !== null && to !== null && Date.parse(to) < Date.parse(from),
  );
  return reversed ? `${reversed.key} ends before it begins` : null;
}

function repeated(keys: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return null;
}

/** Under keys of its own, so that it cannot speak of what others read; and each attribute as declared, which is a proposal to a technician. */
function collectionOf(said: Answer, sayer: Sayer): Collection {
  const keyOf = (key: string): string => execKey(sayer, key);
  return {
    ...EMPTY_COLLECTION,
    completeFor: said.scope.complete_for.map(
      (one) => `recovery_points:${keyOf(one.slice('recovery_points:'.length))}`,
    ),
    repositories: said.repositories.map((one) => repositoryOf(one, keyOf(one.repository_key), sayer)),
    recovery_points: said.recovery_points.map((one): ReportedPoint => ({
      ...recoveryPoint.parse(one),
      repository_key: keyOf(one.repository_key),
      job_key: one.job_key === null ? null : keyOf(one.job_key),
      source_host: one.source_host ?? sayer.hostname,
      tags: [`script:${sayer.name}`, ...one.tags],
    })),
    runs: said.runs.map((one): AgentRun => ({
      ...agentRun.parse(one),
      run_key: keyOf(one.run_key),
      job_key: keyOf(one.job_key),
      repository_key: one.repository_key === null ? null : keyOf(one.repository_key),
      source_host: one.source_host ?? sayer.hostname,
    })),
  };
}

export const execKey = ({ name, hostname }: Sayer, key: string): string =>
  boundedKey(`exec:${hostname}:${name}:${key}`);

function repositoryOf(
  said: z.output<typeof saidRepository>,
  key: string,
  { name }: Sayer,
): ReportedRepository {
  return {
    ...execRepository(name, key, said.location),
    location_kind: said.location_kind,
    reachable: said.reachable,
    problem: said.problem && { ...said.problem, exit_code: null },
    media: said.media && { ...said.media, source: 'declared', observed_at: null },
    encryption: said.encryption && { ...said.encryption, source: 'declared' },
    immutability: said.immutability && {
      ...said.immutability,
      until: null,
      source: 'declared',
      proven_at: null,
    },
    bytes: said.bytes,
  };
}

/** A repository of which nothing is known but that the program speaks of it. */
export function execRepository(name: string, key: string, location: string): ReportedRepository {
  return {
    repository_key: key,
    tool: 'exec',
    location,
    location_kind: 'unknown',
    reachable: null,
    problem: null,
    media: null,
    site: null,
    offsite: null,
    encryption: null,
    immutability: null,
    capacity: null,
    bytes: null,
    locks: [],
    tool_format: `told by the script ${name}`,
  };
}
