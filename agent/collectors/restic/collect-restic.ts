import { createHash } from 'node:crypto';
import type { ReportProblem, ReportedRepository, ReportedVerification } from '@/contract/report';
import type { CheckSettings } from '@/agent/config/agent-config';
import { checkRestic } from '@/agent/collectors/restic/restic-check';
import { askRestic, type ResticAccess } from '@/agent/collectors/restic/restic-command';
import {
  configuredStreams,
  distinctStreams,
  resticJobKey,
  type ResticStream,
} from '@/agent/collectors/restic/restic-job';
import { readResticLocation } from '@/agent/collectors/restic/restic-location';
import { lockProblem, readLocks } from '@/agent/collectors/restic/restic-locks';
import { readResticDocument, readResticVersion } from '@/agent/collectors/restic/restic-output';
import {
  pointsOf,
  snapshotListing,
  snapshotStream,
  type ResticSnapshot,
} from '@/agent/collectors/restic/restic-points';
import { problemOf, type RepositoryProblem } from '@/agent/collectors/restic/restic-problem';
import {
  formatName,
  NOT_UNDERSTOOD,
  readResticConfig,
  readStoredBytes,
  repositoryFacts,
  type ResticConfig,
} from '@/agent/collectors/restic/restic-repository';
import { EMPTY_COLLECTION, type Collection } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';

export interface ResticQuestion {
  access: ResticAccess;
  hostname: string;
  /** Key under which this repository was known before, for when it cannot be read now. */
  knownKey: string | null;
  /** Streams that jobs wrote before, so that a snapshot that lacks a path is still seen as theirs. */
  knownStreams: readonly ResticStream[];
  /** null: no check now. */
  check: CheckSettings | null;
  withStats: boolean;
}

export interface ResticAnswer {
  collection: Collection;
  toolVersion: string | null;
  repositoryKey: string;
  /** The repository itself told its key. */
  isKeyTold: boolean;
  /** null when the listing could not be read whole. */
  snapshots: readonly ResticSnapshot[] | null;
}

/** Reads one restic repository: what it is, what lies in it, who locks it, and whether it is whole when asked. */
export async function collectRestic(question: ResticQuestion): Promise<ResticAnswer> {
  const { access } = question;
  const version = await askRestic(access, ['version']);
  const toolVersion = readResticVersion(version.stdout);
  if (version.startError !== null) return unread(question, toolVersion, problemOf(version, access.redact));
  const outcome = await askRestic(access, ['cat', 'config']);
  const config = outcome.exitCode === 0 ? readResticConfig(outcome.stdout) : null;
  if (config) return collectReadable(question, toolVersion, config);
  return unread(question, toolVersion, problemOf(outcome, access.redact) ?? NOT_UNDERSTOOD);
}

async function collectReadable(
  question: ResticQuestion,
  toolVersion: string | null,
  config: ResticConfig,
): Promise<ResticAnswer> {
  const { access } = question;
  const { id } = config;
  const listing = await askRestic(access, ['snapshots']);
  const snapshots = listing.exitCode === 0 ? readResticDocument(snapshotListing, listing.stdout) : null;
  const problem = snapshots ? null : (problemOf(listing, access.redact) ?? NOT_UNDERSTOOD);
  const configured = configuredStreams(access.settings.jobs, question.hostname);
  const streams = distinctStreams([...configured, ...question.knownStreams]);
  return {
    toolVersion,
    repositoryKey: id,
    isKeyTold: true,
    snapshots,
    collection: {
      ...EMPTY_COLLECTION,
      completeFor: snapshots ? [`recovery_points:${id}`] : [],
      recovery_points: snapshots ? pointsOf(snapshots, id, streams) : [],
      repositories: [await readRepository(question, config, problem), ...replacedRepository(question, id)],
      verifications: problem ? [] : await checkNow(question, id),
      problems: shrunkSources(snapshots ?? [], streams),
    },
  };
}

/** @param problem why its listing could not be read; then nothing more is asked */
async function readRepository(
  { access, hostname, withStats }: ResticQuestion,
  config: ResticConfig,
  problem: RepositoryProblem | null,
): Promise<ReportedRepository> {
  const locks = problem ? [] : await readLocks(access);
  return {
    ...repositoryFacts(access, config.id, problem ?? lockProblem(locks, hostname, new Date())),
    reachable: true,
    locks: locks.map(({ id, createdAt, host }) => ({ id, created_at: createdAt, host })),
    bytes: problem || !withStats ? null : await askStoredBytes(access),
    tool_format: formatName(config),
  };
}

/** How much the repository holds; null when restic needs longer than its limit. */
async function askStoredBytes(access: ResticAccess): Promise<ReportedRepository['bytes']> {
  const outcome = await askRestic(access, ['stats', '--mode', 'raw-data'], access.limits.stats_seconds);
  return outcome.exitCode === 0 ? readStoredBytes(outcome.stdout) : null;
}

async function checkNow({ access, check }: ResticQuestion, id: string): Promise<ReportedVerification[]> {
  return check ? [await checkRestic(access, id, check)] : [];
}

/** Where another repository lay before, nobody else would say that it is gone. */
function replacedRepository({ access, knownKey }: ResticQuestion, id: string): ReportedRepository[] {
  if (knownKey === null || knownKey === id) return [];
  const problem: RepositoryProblem = {
    code: 'repository_missing',
    exit_code: null,
    message: `Another repository (${id}) lies where this one was.`,
  };
  return [repositoryFacts(access, knownKey, problem)];
}

function unread(
  question: ResticQuestion,
  toolVersion: string | null,
  problem: RepositoryProblem | null,
): ResticAnswer {
  const key = question.knownKey ?? locationKey(question);
  return {
    toolVersion,
    repositoryKey: key,
    isKeyTold: false,
    snapshots: null,
    collection: { ...EMPTY_COLLECTION, repositories: [repositoryFacts(question.access, key, problem)] },
  };
}

/** Stands in for the id of a repository that was never read; a local path is another place on every machine. */
function locationKey({ access, hostname }: ResticQuestion): string {
  const { location, kind } = readResticLocation(access.settings.repo, new Date());
  const place = kind === 'local' ? `${hostname}:${location}` : location;
  return `restic:unread:${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
}

/** Paths that a job promised and that its newest snapshot lacks, though restic called that backup a success. */
function shrunkSources(
  snapshots: readonly ResticSnapshot[],
  promised: readonly ResticStream[],
): ReportProblem[] {
  const newest = new Map<string, ResticSnapshot>();
  for (const one of snapshots) {
    const key = promisedKey(one, promised);
    const before = key === null ? undefined : newest.get(key);
    if (key !== null && (!before || Date.parse(one.time) > Date.parse(before.time))) newest.set(key, one);
  }
  return promised.flatMap((stream) => {
    const one = newest.get(resticJobKey(stream));
    const missing = one ? stream.paths.filter((path) => !(one.paths ?? []).includes(path)) : [];
    return missing.map((path) => sourceMissing(path, resticJobKey(stream)));
  });
}

/** The problem of a source path that is not in the backup. */
export function sourceMissing(path: string, jobKey: string): ReportProblem {
  return {
    code: 'source_missing',
    severity: 'critical',
    subject: jobKey,
    message: beginningOf(`${path} is not in the newest backup of this job.`),
  };
}

function promisedKey(one: ResticSnapshot, promised: readonly ResticStream[]): string | null {
  const { host, paths } = snapshotStream(one);
  const stream = promised
    .filter((candidate) => candidate.host === host && paths.every((path) => candidate.paths.includes(path)))
    .toSorted((a, b) => a.paths.length - b.paths.length)[0];
  return stream ? resticJobKey(stream) : null;
}
