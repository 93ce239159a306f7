import type { ReportedRepository, ReportedVerification } from '@/contract/report';
import { configuredStreams, distinctStreams } from '@/agent/collectors/job-stream';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import {
  replacedProblem,
  shrunkSources,
  unreadKey,
  type ListedPoint,
  type RepositoryAnswer,
  type RepositoryQuestion,
} from '@/agent/collectors/repository-answer';
import type { RepositoryProblem } from '@/agent/collectors/repository-problem';
import { checkRestic } from '@/agent/collectors/restic/restic-check';
import { askRestic } from '@/agent/collectors/restic/restic-command';
import { readResticLocation } from '@/agent/collectors/restic/restic-location';
import { lockProblem, readLocks } from '@/agent/collectors/restic/restic-locks';
import { readResticDocument, readResticVersion } from '@/agent/collectors/restic/restic-output';
import {
  pointsOf,
  snapshotListing,
  snapshotStream,
  type ResticSnapshot,
} from '@/agent/collectors/restic/restic-points';
import { problemOf } from '@/agent/collectors/restic/restic-problem';
import {
  formatName,
  NOT_UNDERSTOOD,
  readResticConfig,
  readStoredBytes,
  repositoryFacts,
  type ResticConfig,
} from '@/agent/collectors/restic/restic-repository';
import { EMPTY_COLLECTION } from '@/agent/report/collection';

/** Reads one restic repository: what it is, what lies in it, who locks it, and whether it is whole when asked. */
export async function collectRestic(question: RepositoryQuestion): Promise<RepositoryAnswer> {
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
  question: RepositoryQuestion,
  toolVersion: string | null,
  config: ResticConfig,
): Promise<RepositoryAnswer> {
  const { access } = question;
  const { id } = config;
  const listing = await askRestic(access, ['snapshots']);
  const snapshots = listing.exitCode === 0 ? readResticDocument(snapshotListing, listing.stdout) : null;
  const points = snapshots && snapshots.map(listedPoint);
  const problem = snapshots ? null : (problemOf(listing, access.redact) ?? NOT_UNDERSTOOD);
  const configured = configuredStreams('restic', access.settings.jobs, question.hostname);
  const streams = distinctStreams([...configured, ...question.knownStreams]);
  return {
    toolVersion,
    repositoryKey: id,
    isKeyTold: true,
    points,
    collection: {
      ...EMPTY_COLLECTION,
      completeFor: snapshots ? [`recovery_points:${id}`] : [],
      recovery_points: snapshots ? pointsOf(snapshots, id, streams) : [],
      repositories: [await readRepository(question, config, problem), ...replacedRepository(question, id)],
      verifications: problem ? [] : await checkNow(question, id),
      problems: shrunkSources(points ?? [], streams),
    },
  };
}

function listedPoint(one: ResticSnapshot): ListedPoint {
  return { id: one.id, stream: snapshotStream(one), takenAt: one.time };
}

/** @param problem why its listing could not be read; then nothing more is asked */
async function readRepository(
  { access, hostname, withStats }: RepositoryQuestion,
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
async function askStoredBytes(access: RepositoryAccess): Promise<ReportedRepository['bytes']> {
  const outcome = await askRestic(access, ['stats', '--mode', 'raw-data'], access.limits.stats_seconds);
  return outcome.exitCode === 0 ? readStoredBytes(outcome.stdout) : null;
}

async function checkNow({ access, check }: RepositoryQuestion, id: string): Promise<ReportedVerification[]> {
  return check ? [await checkRestic(access, id, check)] : [];
}

/** The one that lay here before is gone. */
function replacedRepository({ access, knownKey }: RepositoryQuestion, id: string): ReportedRepository[] {
  if (knownKey === null || knownKey === id) return [];
  return [repositoryFacts(access, knownKey, replacedProblem(id))];
}

function unread(
  question: RepositoryQuestion,
  toolVersion: string | null,
  problem: RepositoryProblem | null,
): RepositoryAnswer {
  const location = readResticLocation(question.access.settings.repo, new Date());
  const key = question.knownKey ?? unreadKey('restic', location, question.hostname);
  return {
    toolVersion,
    repositoryKey: key,
    isKeyTold: false,
    points: null,
    collection: { ...EMPTY_COLLECTION, repositories: [repositoryFacts(question.access, key, problem)] },
  };
}
