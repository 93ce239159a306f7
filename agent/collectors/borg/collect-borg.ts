import type { ReportedRepository, ReportedVerification } from '@/contract/report';
import { checkBorg } from '@/agent/collectors/borg/borg-check';
import { askBorg, askBorgVersion } from '@/agent/collectors/borg/borg-command';
import { borgLockProblem, readBorgFolder, type BorgFolder } from '@/agent/collectors/borg/borg-folder';
import { readBorgLocation } from '@/agent/collectors/borg/borg-location';
import { readBorgDocument, readBorgVersion } from '@/agent/collectors/borg/borg-output';
import {
  borgListing,
  borgPointsOf,
  listedArchive,
  LISTING_FORMAT,
  type BorgListing,
} from '@/agent/collectors/borg/borg-points';
import { borgProblemOf } from '@/agent/collectors/borg/borg-problem';
import {
  BORG_NOT_UNDERSTOOD,
  borgEncryption,
  borgRepositoryFacts,
  readBorgBytes,
} from '@/agent/collectors/borg/borg-repository';
import { checkDepth } from '@/agent/config/agent-config';
import { configuredStreams, distinctStreams } from '@/agent/collectors/job-stream';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import {
  replacedProblem,
  shrunkSources,
  unreadKey,
  type RepositoryAnswer,
  type RepositoryQuestion,
} from '@/agent/collectors/repository-answer';
import type { RepositoryProblem } from '@/agent/collectors/repository-problem';
import { EMPTY_COLLECTION } from '@/agent/report/collection';

/** Reads one borg repository (1.x): what it is, what lies in it, who locks it, and whether it is whole when asked. */
export async function collectBorg(question: RepositoryQuestion): Promise<RepositoryAnswer> {
  const { access } = question;
  const folder = folderOf(access);
  const version = await askBorgVersion(access);
  const toolVersion = readBorgVersion(version.stdout);
  const cannot =
    version.startError === null ? unsupported(toolVersion) : borgProblemOf(version, access.redact);
  if (cannot) return unread(question, toolVersion, folder, cannot);
  const outcome = await askBorg(access, ['list', '--json', '--format', LISTING_FORMAT]);
  const problem = borgProblemOf(outcome, access.redact);
  const listing = problem ? null : readBorgDocument(borgListing, outcome.stdout);
  if (listing) return collectReadable(question, toolVersion, folder, listing);
  return unread(question, toolVersion, folder, problem ?? BORG_NOT_UNDERSTOOD);
}

function folderOf({ settings }: RepositoryAccess): BorgFolder | null {
  const { location, kind } = readBorgLocation(settings.repo);
  return kind === 'local' ? readBorgFolder(location) : null;
}

function unsupported(toolVersion: string | null): RepositoryProblem | null {
  if (toolVersion?.startsWith('1.')) return null;
  return {
    code: 'unsupported_version',
    exit_code: 0,
    message: `borg ${toolVersion ?? 'of an unknown version'} is not read; borg 1.x is.`,
  };
}

async function collectReadable(
  question: RepositoryQuestion,
  toolVersion: string | null,
  folder: BorgFolder | null,
  listing: BorgListing,
): Promise<RepositoryAnswer> {
  const { access, hostname, knownStreams } = question;
  const { id } = listing.repository;
  const configured = configuredStreams('borg', access.settings.jobs, hostname);
  const streams = distinctStreams([...configured, ...knownStreams]);
  const points = listing.archives.map(listedArchive);
  return {
    toolVersion,
    repositoryKey: id,
    isKeyTold: true,
    points,
    collection: {
      ...EMPTY_COLLECTION,
      completeFor: [`recovery_points:${id}`],
      recovery_points: borgPointsOf(listing, streams),
      repositories: [await readRepository(question, listing, folder), ...replacedRepository(question, id)],
      verifications: await checkNow(question, id),
      problems: shrunkSources(points, streams),
    },
  };
}

async function readRepository(
  { access, hostname, withStats }: RepositoryQuestion,
  { encryption, repository }: BorgListing,
  folder: BorgFolder | null,
): Promise<ReportedRepository> {
  const problem = borgLockProblem(folder?.locks ?? [], hostname, new Date());
  return {
    ...borgRepositoryFacts(access, repository.id, problem, folder),
    encryption: borgEncryption(encryption.mode),
    bytes: withStats ? await askStoredBytes(access) : null,
    tool_format: 'borg 1',
  };
}

/** How much the repository holds; null when borg needs longer than its limit, as it may when its cache is still empty. */
async function askStoredBytes(access: RepositoryAccess): Promise<ReportedRepository['bytes']> {
  const outcome = await askBorg(access, ['info', '--json'], access.limits.stats_seconds);
  return outcome.exitCode === 0 ? readBorgBytes(outcome.stdout) : null;
}

async function checkNow({ access, check }: RepositoryQuestion, id: string): Promise<ReportedVerification[]> {
  if (!check) return [];
  const depth = checkDepth(check, 'borg') === 'structure' ? 'structure' : 'all';
  return [await checkBorg(access, id, depth, check.time_limit_minutes * 60)];
}

/** The one that lay here before is gone. */
function replacedRepository({ access, knownKey }: RepositoryQuestion, id: string): ReportedRepository[] {
  if (knownKey === null || knownKey === id) return [];
  return [borgRepositoryFacts(access, knownKey, replacedProblem(id), null)];
}

/** A local repository tells its key even to who has not its password. */
function unread(
  question: RepositoryQuestion,
  toolVersion: string | null,
  folder: BorgFolder | null,
  problem: RepositoryProblem,
): RepositoryAnswer {
  const { access, knownKey, hostname } = question;
  const told = folder?.id ?? null;
  const key = told ?? knownKey ?? unreadKey('borg', readBorgLocation(access.settings.repo), hostname);
  const replaced = told === null ? [] : replacedRepository(question, told);
  return {
    toolVersion,
    repositoryKey: key,
    isKeyTold: told !== null,
    points: null,
    collection: {
      ...EMPTY_COLLECTION,
      repositories: [borgRepositoryFacts(access, key, problem, folder), ...replaced],
    },
  };
}
