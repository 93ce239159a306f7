import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { AgentRun, ReportedPoint, ReportedRepository, ReportProblem, RunKind } from '@/contract/report';
import { sourceMissing, type ResticAnswer } from '@/agent/collectors/restic/collect-restic';
import { readResticCommand, type ResticCommand } from '@/agent/collectors/restic/restic-command-line';
import {
  boundedKey,
  configuredStreams,
  resticJobKey,
  type ResticStream,
} from '@/agent/collectors/restic/restic-job';
import { pointsOf, snapshotStream, type ResticSnapshot } from '@/agent/collectors/restic/restic-points';
import {
  isOfRestic,
  readCommandResult,
  readResticResult,
  type BackupResult,
} from '@/agent/collectors/restic/restic-run';
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
  const restic = readResticCommand(finished.command, finished.env);
  const settings = repositoryFor(finished, config, restic);
  const result = resultOf(finished.end, restic);
  const listing = settings ? await listNow(finished, config, settings, memory, stop) : null;
  const answer = listing?.answers[0] ?? null;
  const snapshot = snapshotOf(answer, result.snapshotId);
  const stream = streamOfRun(finished.job, settings, memory, snapshot, result);
  const redact = redactFor(finished, settings);
  const facts: RunFacts = { finished, restic, result, answer, snapshot, stream, redact };
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

/** Paths are given from where the backup ran; restic keeps them whole. */
function resultOf(end: BackupEnd, restic: ResticCommand | null): BackupResult {
  if (!restic && !isOfRestic(end)) return readCommandResult(end);
  const result = readResticResult(end, restic?.kind ?? null);
  return { ...result, missingPaths: result.missingPaths.map((one) => path.resolve(one)) };
}

/** The repository the job writes to: of its configuration, of `--repo`, or of restic's own command line and environment. */
function repositoryFor(
  { job, repo }: FinishedRun,
  config: AgentConfig,
  restic: ResticCommand | null,
): RepositorySettings | null {
  const place = repo ?? restic?.repo ?? null;
  const configured = config.repositories.find((one) =>
    place === null ? one.jobs.some(({ name }) => name === job) : one.repo === place || one.name === place,
  );
  if (configured) return configured;
  if (place === null) return null;
  return repositoryOf({
    tool: 'restic',
    repo: place,
    ...(restic?.passwordFile && { password_file: restic.passwordFile }),
    ...(!restic?.passwordFile && restic?.passwordCommand && { password_command: restic.passwordCommand }),
  });
}

/** null when it was cut short: half a reading says nothing about a repository. */
async function listNow(
  { env }: FinishedRun,
  config: AgentConfig,
  settings: RepositorySettings,
  memory: Memory,
  stop: AbortSignal,
): Promise<Collected | null> {
  if (stop.aborted) return null;
  const collected = await collectRepositories({
    config,
    env,
    memory,
    repositories: [{ ...settings, stats: false }],
    checkFor: () => null,
  });
  return stop.aborted ? null : collected;
}

/** Versions before 0.15 tell only the first 8 characters of the id. */
function snapshotOf(answer: ResticAnswer | null, id: string | null): ResticSnapshot | null {
  const found = id === null ? [] : (answer?.snapshots?.filter((one) => one.id.startsWith(id)) ?? []);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** What the job protects: as configured, else what it wrote and missed just now, else what it wrote last time. */
function streamOfRun(
  job: string,
  settings: RepositorySettings | null,
  memory: Memory,
  snapshot: ResticSnapshot | null,
  result: BackupResult,
): ResticStream | null {
  const configured = configuredStreams(
    settings?.jobs.filter(({ name }) => name === job) ?? [],
    os.hostname(),
  )[0];
  if (configured) return configured;
  if (!snapshot) return memory.jobs[job] ?? null;
  const { host, paths } = snapshotStream(snapshot);
  return { host, paths: [...paths, ...result.missingPaths] };
}

interface RunFacts {
  finished: FinishedRun;
  restic: ResticCommand | null;
  result: BackupResult;
  answer: ResticAnswer | null;
  snapshot: ResticSnapshot | null;
  stream: ResticStream | null;
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
  { snapshots, repositoryKey }: ResticAnswer,
  stream: ResticStream,
): ReportedPoint[] {
  const ownKey = resticJobKey(stream);
  const own = pointsOf(snapshots ?? [], repositoryKey, [stream]).filter(({ job_key }) => job_key === ownKey);
  const ownPoints = new Set(own.map(({ point_key }) => point_key));
  return points.map((point) => (ownPoints.has(point.point_key) ? { ...point, job_key: ownKey } : point));
}

function runCollection(facts: RunFacts): Collection {
  const jobKey = jobKeyOf(facts);
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
function jobKeyOf({ finished, stream }: RunFacts): string {
  return stream ? resticJobKey(stream) : boundedKey(`job:${os.hostname()}:${finished.job}`);
}

function runOf(
  { finished, restic, result, answer, snapshot, stream, redact }: RunFacts,
  jobKey: string,
): AgentRun {
  const { startedAt, endedAt, durationSeconds } = finished.end;
  const kind = kindOf(finished, restic, result);
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
    capture: kind === 'backup' && restic ? 'files' : null,
    message: runMessage(finished.end.stderr, result.run.status, redact),
    point_keys: snapshot ? [snapshot.id] : [],
    items: [],
  };
}

/** A dry run is no backup, whatever it was called. */
function kindOf({ kind }: FinishedRun, restic: ResticCommand | null, { isDryRun }: BackupResult): RunKind {
  if (isDryRun) return 'maintenance';
  return kind ?? restic?.kind ?? 'backup';
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
  stream: ResticStream | null,
  answer: ResticAnswer | null,
): Memory {
  if (!stream || !answer?.snapshots) return memory;
  const entry = { host: stream.host, paths: [...stream.paths], repository_key: answer.repositoryKey };
  return { ...memory, jobs: { ...memory.jobs, [job]: entry } };
}

function withoutDoubles(problems: readonly ReportProblem[]): ReportProblem[] {
  return [...new Map(problems.map((one) => [`${one.code}\n${one.subject}\n${one.message}`, one])).values()];
}
