import { randomUUID } from 'node:crypto';
import os from 'node:os';
import type { AgentRun, ReportedPoint, ReportedRepository, ReportProblem, RunKind } from '@/contract/report';
import {
  readBackupCommand,
  readBackupResult,
  stderrTexts,
  toolOf,
  type BackupCommand,
} from '@/agent/collectors/backup-command';
import type { BackupResult } from '@/agent/collectors/backup-result';
import {
  boundedKey,
  configuredStreams,
  jobKeyOf,
  promisedStream,
  type JobStream,
} from '@/agent/collectors/job-stream';
import { sourceMissing, type ListedPoint, type RepositoryAnswer } from '@/agent/collectors/repository-answer';
import {
  loadConfig,
  repositoryOf,
  type AgentConfig,
  type RepositorySettings,
} from '@/agent/config/agent-config';
import type { DeliveryResult } from '@/agent/delivery/deliver';
import type { Environment, Places } from '@/agent/places';
import {
  makeRedact,
  secretsOfEnvironment,
  secretsOfFile,
  secretsOfLocation,
  type Redact,
} from '@/agent/redact';
import { EMPTY_COLLECTION, mergeCollections, type Collection } from '@/agent/report/collection';
import { collectRepositories, type Collected } from '@/agent/report/collect-repositories';
import { runMessage } from '@/agent/report/run-message';
import { sendCollection } from '@/agent/report/send-collection';
import { beginningOf } from '@/agent/report/shorten';
import type { Enrolment } from '@/agent/state/enrolment';
import { learn, readMemory, type Memory } from '@/agent/state/memory';
import type { BackupEnd } from '@/agent/tools/run-backup';

export interface FinishedRun {
  job: string;
  /** null: what the command line tells. */
  kind: RunKind | null;
  repo: string | null;
  command: readonly string[];
  env: Environment;
  end: BackupEnd;
}

/**
 * Reports how a backup ended, with what its repository holds now.
 * @param stop lets go of what is still being read or sent; the run itself is kept all the same
 */
export async function reportRun(
  finished: FinishedRun,
  places: Places,
  enrolment: Enrolment,
  stop: AbortSignal,
): Promise<DeliveryResult> {
  const config = loadConfig(places.configFile);
  const memory = readMemory(places.stateDir);
  const command = readBackupCommand(finished.command, finished.env);
  const settings = repositoryFor(finished, config, command);
  const result = readBackupResult(command, finished.end);
  const listing = settings ? await listNow(finished, config, settings, places, memory, stop) : null;
  const answer = listing?.answers[0] ?? null;
  const point = pointOfRun(answer, result, finished.end);
  const stream = streamOfRun(finished.job, settings, memory, point, result);
  const redact = redactFor(finished, settings);
  const facts: RunFacts = { finished, command, result, answer, point, stream, redact };
  const found = mergeCollections([listedCollection(facts), runCollection(facts)]);
  const { delivery } = await sendCollection(
    places,
    config,
    enrolment,
    { ...found, problems: withoutDoubles(found.problems) },
    listing?.toolVersion ?? null,
    stop,
  );
  if (listing) await learn(places.stateDir, withJob(listing.learnt, finished.job, stream, answer));
  return delivery;
}

/** The repository the job writes to: of its configuration, of `--repo`, or of the tool's own command line and environment. */
function repositoryFor(
  { job, repo }: FinishedRun,
  config: AgentConfig,
  command: BackupCommand | null,
): RepositorySettings | null {
  const place = repo ?? command?.repo ?? null;
  const configured = config.repositories.find((one) =>
    place === null ? one.jobs.some(({ name }) => name === job) : one.repo === place || one.name === place,
  );
  if (configured) return configured;
  if (place === null) return null;
  return repositoryOf({
    tool: command?.tool ?? 'restic',
    repo: place,
    ...(command?.passwordFile && { password_file: command.passwordFile }),
    ...(!command?.passwordFile && command?.passwordCommand && { password_command: command.passwordCommand }),
  });
}

/** null when it was cut short: half a reading says nothing about a repository. */
async function listNow(
  { env }: FinishedRun,
  config: AgentConfig,
  settings: RepositorySettings,
  { stateDir }: Places,
  memory: Memory,
  stop: AbortSignal,
): Promise<Collected | null> {
  if (stop.aborted) return null;
  const collected = await collectRepositories({
    config,
    env,
    stateDir,
    memory,
    repositories: [{ ...settings, stats: false }],
    checkFor: () => null,
  });
  return stop.aborted ? null : collected;
}

/**
 * The recovery point that the run made: by its id, of which restic before 0.15 tells only the first 8 characters; else, with any
 * other tool, the only one that was taken while it ran.
 */
function pointOfRun(
  answer: RepositoryAnswer | null,
  { pointId, run }: BackupResult,
  end: BackupEnd,
): ListedPoint | null {
  const points = answer?.points ?? [];
  const isMade = run.status === 'success' || run.status === 'warning';
  const found = points.filter((one) =>
    pointId === null
      ? isMade && one.stream.tool !== 'restic' && hasBegunDuring(one, end)
      : one.id.startsWith(pointId),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** All of them keep whole seconds. */
function hasBegunDuring({ takenAt }: ListedPoint, { startedAt, endedAt }: BackupEnd): boolean {
  const at = Date.parse(takenAt);
  return at >= startedAt.getTime() - 1000 && at <= endedAt.getTime();
}

/** What the job protects: as configured, else what it wrote and missed just now, else what it wrote last time. */
function streamOfRun(
  job: string,
  settings: RepositorySettings | null,
  memory: Memory,
  point: ListedPoint | null,
  result: BackupResult,
): JobStream | null {
  const configured = configuredStreams(
    settings?.tool ?? 'restic',
    settings?.jobs.filter(({ name }) => name === job) ?? [],
    os.hostname(),
  )[0];
  if (configured) return configured;
  if (!point) return memory.jobs[job] ?? null;
  const { stream } = point;
  if (stream.series !== undefined) return stream;
  return { ...stream, paths: [...new Set([...stream.paths, ...result.missingPaths])] };
}

interface RunFacts {
  finished: FinishedRun;
  command: BackupCommand | null;
  result: BackupResult;
  answer: RepositoryAnswer | null;
  point: ListedPoint | null;
  stream: JobStream | null;
  redact: Redact;
}

function listedCollection({ finished, result, answer, stream }: RunFacts): Collection {
  if (!answer) return EMPTY_COLLECTION;
  const { recovery_points, repositories } = answer.collection;
  return {
    ...answer.collection,
    recovery_points: stream ? relabelled(recovery_points, answer, stream) : recovery_points,
    repositories: repositories.map((one) =>
      result.isAppendOnly && one.repository_key === answer.repositoryKey
        ? { ...one, immutability: provenAppendOnly(finished.end) }
        : one,
    ),
  };
}

function provenAppendOnly({ endedAt }: BackupEnd): ReportedRepository['immutability'] {
  return { kind: 'append_only', until: null, source: 'tool_reported', proven_at: endedAt.toISOString() };
}

function relabelled(
  points: readonly ReportedPoint[],
  { points: listed }: RepositoryAnswer,
  stream: JobStream,
): ReportedPoint[] {
  const jobKey = jobKeyOf(stream);
  const own = new Set(listed?.filter((one) => promisedStream(one.stream, [stream])).map(({ id }) => id));
  return points.map((point) => (own.has(point.point_key) ? { ...point, job_key: jobKey } : point));
}

function runCollection(facts: RunFacts): Collection {
  const jobKey = jobKeyOfRun(facts);
  return {
    ...EMPTY_COLLECTION,
    runs: [runOf(facts, jobKey)],
    problems: [
      ...facts.result.missingPaths.map((one) => sourceMissing(facts.redact(one), jobKey)),
      ...notRemoved(facts.result, jobKey),
    ],
  };
}

function notRemoved({ notRemovedCount, isAppendOnly }: BackupResult, jobKey: string): ReportProblem[] {
  if (notRemovedCount === 0) return [];
  const reason = isAppendOnly ? ': the server allows adding only' : '';
  return [
    {
      code: 'retention_not_enforced',
      severity: 'warning',
      subject: jobKey,
      message: `restic could not remove ${notRemovedCount} snapshots that are too old${reason}.`,
    },
  ];
}

/** A job that never made a snapshot is known by its name alone. */
function jobKeyOfRun({ finished, stream }: RunFacts): string {
  return stream ? jobKeyOf(stream) : boundedKey(`job:${os.hostname()}:${finished.job}`);
}

function runOf(
  { finished, command, result, answer, point, stream, redact }: RunFacts,
  jobKey: string,
): AgentRun {
  const { startedAt, endedAt, durationSeconds } = finished.end;
  const kind = kindOf(finished, command, result);
  const tool = toolOf(command, finished.end);
  return {
    ...result.run,
    run_key: randomUUID(),
    job_key: jobKey,
    job_name: finished.job,
    kind,
    source_host: beginningOf(stream?.host || os.hostname(), 200),
    repository_key: answer?.repositoryKey ?? null,
    started_at: startedAt.toISOString(),
    ended_at: endedAt.toISOString(),
    duration_seconds: durationSeconds,
    scheduled_at: null,
    time_quality: 'exact',
    level: null,
    capture: kind === 'backup' && command ? 'files' : null,
    message: runMessage(stderrTexts(tool, finished.end.stderr), result.run.status, redact),
    point_keys: point ? [point.id] : [],
    items: [],
  };
}

/** A dry run is no backup, whatever it was called. */
function kindOf({ kind }: FinishedRun, command: BackupCommand | null, { isDryRun }: BackupResult): RunKind {
  if (isDryRun) return 'maintenance';
  return kind ?? command?.kind ?? 'backup';
}

function redactFor({ env, command, repo }: FinishedRun, settings: RepositorySettings | null): Redact {
  const variable = settings?.password_env;
  return makeRedact([
    ...secretsOfEnvironment({ ...env, ...settings?.env }),
    ...(variable === undefined ? [] : [env[variable] ?? '']),
    ...[...command, repo ?? '', settings?.repo ?? ''].flatMap(secretsOfLocation),
    ...secretsOfFile(settings?.password_file ?? env['RESTIC_PASSWORD_FILE']),
  ]);
}

function withJob(
  memory: Memory,
  job: string,
  stream: JobStream | null,
  answer: RepositoryAnswer | null,
): Memory {
  if (!stream || !answer?.points) return memory;
  const entry = { ...stream, paths: [...stream.paths], repository_key: answer.repositoryKey };
  return { ...memory, jobs: { ...memory.jobs, [job]: entry } };
}

function withoutDoubles(problems: readonly ReportProblem[]): ReportProblem[] {
  return [...new Map(problems.map((one) => [`${one.code}\n${one.subject}\n${one.message}`, one])).values()];
}
