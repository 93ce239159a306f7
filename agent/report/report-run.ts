import { randomUUID } from 'node:crypto';
import os from 'node:os';
import type { AgentRun, ReportProblem, RunKind } from '@/contract/report';
import { sourceMissing, type ResticAnswer } from '@/agent/collectors/restic/collect-restic';
import { readResticCommand, type ResticCommand } from '@/agent/collectors/restic/restic-command-line';
import { configuredStreams, resticJobKey, type ResticStream } from '@/agent/collectors/restic/restic-job';
import { readResticLines } from '@/agent/collectors/restic/restic-output';
import { pointsOf, snapshotStream, type ResticSnapshot } from '@/agent/collectors/restic/restic-points';
import { readBackupResult, readCommandResult, type BackupResult } from '@/agent/collectors/restic/restic-run';
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
import { sendCollection } from '@/agent/report/send-collection';
import type { Enrolment } from '@/agent/state/enrolment';
import { readMemory, writeMemory, type Memory } from '@/agent/state/memory';
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

/** Reports how a backup ended, with what its repository holds now. */
export async function reportRun(
  finished: FinishedRun,
  places: Places,
  enrolment: Enrolment,
): Promise<DeliveryResult> {
  const config = loadConfig(places.configFile);
  const memory = readMemory(places.stateDir);
  const restic = readResticCommand(finished.command, finished.env);
  const settings = repositoryFor(finished, config, restic);
  const result =
    restic || finished.end.stdout !== '' ? readBackupResult(finished.end) : readCommandResult(finished.end);
  const listing = settings ? await listNow(finished, config, settings, memory) : null;
  const answer = listing?.answers[0] ?? null;
  const snapshot = snapshotOf(answer, result.snapshotId);
  const stream = streamOfRun(finished.job, settings, memory, snapshot, result);
  const found = mergeCollections([
    answer && stream ? relabelled(answer, stream) : (listing?.collection ?? EMPTY_COLLECTION),
    runCollection({
      finished,
      restic,
      result,
      answer,
      snapshot,
      stream,
      redact: redactFor(finished, settings),
    }),
  ]);
  if (listing) writeMemory(places.stateDir, withJob(listing.memory, finished.job, stream, answer));
  const toolVersion = listing?.toolVersion ?? null;
  const sent = await sendCollection(
    places,
    config,
    enrolment,
    { ...found, problems: withoutDoubles(found.problems) },
    toolVersion,
  );
  return sent.delivery;
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

function listNow(
  { env }: FinishedRun,
  config: AgentConfig,
  settings: RepositorySettings,
  memory: Memory,
): Promise<Collected> {
  return collectRepositories({
    config,
    env,
    memory,
    repositories: [{ ...settings, stats: false }],
    checkFor: () => null,
  });
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

function relabelled(answer: ResticAnswer, stream: ResticStream): Collection {
  const own = answer.snapshots ? pointsOf(answer.snapshots, answer.repositoryKey, [stream]) : [];
  const ownKey = resticJobKey(stream);
  const labels = new Map(
    own.filter((point) => point.job_key === ownKey).map((point) => [point.point_key, ownKey]),
  );
  return {
    ...answer.collection,
    recovery_points: answer.collection.recovery_points.map((point) => ({
      ...point,
      job_key: labels.get(point.point_key) ?? point.job_key,
    })),
  };
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

function runCollection(facts: RunFacts): Collection {
  const jobKey = jobKeyOf(facts);
  return {
    ...EMPTY_COLLECTION,
    runs: [runOf(facts, jobKey)],
    problems: facts.result.missingPaths.map((path) => sourceMissing(facts.redact(path), jobKey)),
  };
}

/** A job that never made a snapshot is known by its name alone. */
function jobKeyOf({ finished, stream }: RunFacts): string {
  return stream ? resticJobKey(stream) : `job:${os.hostname()}:${finished.job}`.slice(0, 200);
}

function runOf(
  { finished, restic, result, answer, snapshot, stream, redact }: RunFacts,
  jobKey: string,
): AgentRun {
  const { startedAt, endedAt } = finished.end;
  const kind = finished.kind ?? restic?.kind ?? 'backup';
  return {
    ...result.run,
    run_key: randomUUID(),
    job_key: jobKey,
    job_name: finished.job,
    kind,
    source_host: stream?.host ?? os.hostname(),
    repository_key: answer?.repositoryKey ?? null,
    started_at: startedAt.toISOString(),
    ended_at: endedAt.toISOString(),
    duration_seconds: (endedAt.getTime() - startedAt.getTime()) / 1000,
    scheduled_at: null,
    time_quality: 'exact',
    level: null,
    capture: kind === 'backup' && restic ? 'files' : null,
    message: messageOf(finished.end, result, redact),
    point_keys: snapshot ? [snapshot.id] : [],
    items: [],
  };
}

const MESSAGE_LENGTH_MAX = 2000;

/** The end of what the backup wrote to stderr, in words. */
function messageOf(end: BackupEnd, { run }: BackupResult, redact: Redact): string | null {
  if (run.status === 'success') return null;
  const text = redact(readResticLines(end.stderr).texts.join('\n')).trim();
  return text.slice(-MESSAGE_LENGTH_MAX) || null;
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
