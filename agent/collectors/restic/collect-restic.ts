import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ReportProblem, ReportedRepository } from '@/contract/report';
import type { CheckSettings } from '@/agent/config/agent-config';
import { checkRestic } from '@/agent/collectors/restic/restic-check';
import { askRestic, type ResticAccess } from '@/agent/collectors/restic/restic-command';
import { configuredStreams, resticJobKey, type ResticStream } from '@/agent/collectors/restic/restic-job';
import { cloudRegion, readResticLocation } from '@/agent/collectors/restic/restic-location';
import { lockProblem, readLocks } from '@/agent/collectors/restic/restic-locks';
import { readResticDocument, readResticVersion } from '@/agent/collectors/restic/restic-output';
import {
  pointsOf,
  snapshotListing,
  snapshotStream,
  type ResticSnapshot,
} from '@/agent/collectors/restic/restic-points';
import { problemOf, type RepositoryProblem } from '@/agent/collectors/restic/restic-problem';
import type { Collection } from '@/agent/report/collection';

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
  /** null when the listing could not be read whole. */
  snapshots: readonly ResticSnapshot[] | null;
}

const config = z.object({ version: z.int(), id: z.string().min(8).max(200) });

/** Reads one restic repository: what it is, what lies in it, who locks it, and whether it is whole when asked. */
export async function collectRestic(question: ResticQuestion): Promise<ResticAnswer> {
  const { access } = question;
  const version = await askRestic(access, ['version']);
  const toolVersion = readResticVersion(version.stdout);
  if (version.startError !== null) return unread(question, toolVersion, problemOf(version, access.redact));
  const configOutcome = await askRestic(access, ['cat', 'config']);
  const settings = configOutcome.exitCode === 0 ? readResticDocument(config, configOutcome.stdout) : null;
  if (!settings)
    return unread(question, toolVersion, problemOf(configOutcome, access.redact) ?? NOT_UNDERSTOOD);
  return collectReadable(question, toolVersion, settings);
}

const NOT_UNDERSTOOD: RepositoryProblem = {
  code: 'unreadable',
  exit_code: 0,
  message: 'restic answered with something that is not its usual JSON.',
};

async function collectReadable(
  question: ResticQuestion,
  toolVersion: string | null,
  { id, version }: z.output<typeof config>,
): Promise<ResticAnswer> {
  const { access } = question;
  const listing = await askRestic(access, ['snapshots']);
  const snapshots = listing.exitCode === 0 ? readResticDocument(snapshotListing, listing.stdout) : null;
  const problem = snapshots ? null : (problemOf(listing, access.redact) ?? NOT_UNDERSTOOD);
  const locks = problem ? [] : await readLocks(access);
  const bytes = problem || !question.withStats ? null : await readStoredBytes(access);
  const verification = question.check && !problem ? await checkRestic(access, id, question.check) : null;
  const streams = [...configuredStreams(access.settings.jobs, question.hostname), ...question.knownStreams];
  return {
    toolVersion,
    repositoryKey: id,
    snapshots,
    collection: {
      completeFor: snapshots ? [`recovery_points:${id}`] : [],
      runs: [],
      recovery_points: snapshots ? pointsOf(snapshots, id, streams) : [],
      repositories: [
        {
          ...repositoryFacts(question, id, problem ?? lockProblem(locks, question.hostname, new Date())),
          locks: locks.map(({ id: lockId, createdAt, host }) => ({
            id: lockId,
            created_at: createdAt,
            host,
          })),
          bytes,
          tool_format: `restic v${version}`,
        },
      ],
      verifications: verification ? [verification] : [],
      problems: shrunkSources(snapshots ?? [], streams),
    },
  };
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
    snapshots: null,
    collection: {
      completeFor: [],
      runs: [],
      recovery_points: [],
      repositories: [repositoryFacts(question, key, problem)],
      verifications: [],
      problems: [],
    },
  };
}

/** Stands in for the id of a repository that was never read; a local path is another place on every machine. */
function locationKey({ access, hostname }: ResticQuestion): string {
  const { location, kind } = readResticLocation(access.settings.repo, new Date());
  const place = kind === 'local' ? `${hostname}:${location}` : location;
  return `restic:unread:${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
}

function repositoryFacts(
  { access }: ResticQuestion,
  key: string,
  problem: RepositoryProblem | null,
): ReportedRepository {
  const { location, kind, media } = readResticLocation(access.settings.repo, new Date());
  const region = cloudRegion(location);
  return {
    repository_key: key,
    tool: 'restic',
    location: access.redact(location).slice(0, 2000),
    location_kind: kind,
    reachable: isReachable(problem),
    problem,
    media,
    site: region ? { value: region, source: 'tool_reported' } : null,
    offsite: null,
    encryption: { value: true, mode: 'AES-256-CTR-Poly1305', source: 'tool_inherent' },
    immutability: null,
    capacity: null,
    bytes: null,
    locks: [],
    tool_format: null,
  };
}

/** Whether something that is a repository answered; null when nothing was tried. */
function isReachable(problem: RepositoryProblem | null): boolean | null {
  if (problem === null) return true;
  if (problem.code === 'tool_missing') return null;
  return ['wrong_password', 'repository_locked', 'unreadable', 'unsupported_version'].includes(problem.code);
}

const stats = z.object({ total_size: z.int().min(0), total_uncompressed_size: z.int().min(0).optional() });

/** How much the repository holds; null when restic needs longer than its limit. */
async function readStoredBytes(access: ResticAccess): Promise<ReportedRepository['bytes']> {
  const outcome = await askRestic(access, ['stats', '--mode', 'raw-data'], access.limits.stats_seconds);
  const told = outcome.exitCode === 0 ? readResticDocument(stats, outcome.stdout) : null;
  return told ? { stored: told.total_size, logical: told.total_uncompressed_size ?? null } : null;
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
    message: `${path} is not in the newest backup of this job.`.slice(0, 2000),
  };
}

function promisedKey(one: ResticSnapshot, promised: readonly ResticStream[]): string | null {
  const { host, paths } = snapshotStream(one);
  const stream = promised
    .filter((candidate) => candidate.host === host && paths.every((path) => candidate.paths.includes(path)))
    .toSorted((a, b) => a.paths.length - b.paths.length)[0];
  return stream ? resticJobKey(stream) : null;
}
