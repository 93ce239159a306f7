import type { ReportedRepository, ReportProblem } from '@/contract/report';
import { fileProblemOf } from '@/agent/collectors/file-problem';
import {
  configuredStreams,
  distinctStreams,
  jobKeyOf,
  streamOf,
  type JobStream,
} from '@/agent/collectors/job-stream';
import { doubleColonLocation, placeKey } from '@/agent/collectors/place-key';
import { askPlain } from '@/agent/collectors/plain-tool';
import { readRdiffFolder, type RdiffFolder } from '@/agent/collectors/rdiff-backup/rdiff-folder';
import {
  readRdiffListing,
  readRdiffVersion,
  type RdiffIncrement,
} from '@/agent/collectors/rdiff-backup/rdiff-listing';
import { lostSources, rdiffPoints, type RdiffBackups } from '@/agent/collectors/rdiff-backup/rdiff-points';
import { rdiffProblemOf } from '@/agent/collectors/rdiff-backup/rdiff-problem';
import {
  shrunkSources,
  unreadAnswer,
  type RepositoryAnswer,
  type RepositoryQuestion,
} from '@/agent/collectors/repository-answer';
import { isReachable, type RepositoryProblem } from '@/agent/collectors/repository-problem';
import { UNTOLD_FACTS } from '@/agent/collectors/untold-facts';
import { EMPTY_COLLECTION } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';

/**
 * Reads one repository of rdiff-backup: what lies in it, and how each backup ended. One of this machine is read from its folder; of
 * another rdiff-backup (2.2 and later, by its API 201) tells the times alone.
 */
export async function collectRdiffBackup(question: RepositoryQuestion): Promise<RepositoryAnswer> {
  const { access } = question;
  const version = await askPlain(access, ['--version']);
  const toolVersion = readRdiffVersion(version.stdout);
  const { location, kind } = doubleColonLocation(access.settings.repo);
  if (kind === 'local') return collectFolder(question, toolVersion, location);
  if (version.startError !== null)
    return unread(question, toolVersion, rdiffProblemOf(version, access.redact));
  const list = ['--api-version', '201', '--parsable-output', 'list', 'increments'];
  const outcome = await askPlain(access, [...list, access.settings.repo]);
  const problem = rdiffProblemOf(outcome, access.redact);
  const increments = problem ? null : readRdiffListing(outcome.stdout);
  if (!increments) return unread(question, toolVersion, problem ?? NOT_UNDERSTOOD);
  return collectReadable(question, toolVersion, increments, null);
}

function collectFolder(
  question: RepositoryQuestion,
  toolVersion: string | null,
  location: string,
): RepositoryAnswer {
  let folder: RdiffFolder;
  try {
    folder = readRdiffFolder(location);
  } catch (error) {
    return unread(question, toolVersion, fileProblemOf(error));
  }
  const increments = folder.seconds.map((second) => ({
    takenAt: new Date(second * 1000).toISOString(),
    sizeBytes: null,
  }));
  return collectReadable(question, toolVersion, increments, folder);
}

const NOT_UNDERSTOOD: RepositoryProblem = {
  code: 'unsupported_version',
  exit_code: 0,
  message: 'rdiff-backup answered with something that is not the listing of its API 201.',
};

function collectReadable(
  question: RepositoryQuestion,
  toolVersion: string | null,
  increments: readonly RdiffIncrement[],
  folder: RdiffFolder | null,
): RepositoryAnswer {
  const { access, hostname, knownStreams } = question;
  const key = keyOf(question);
  const configured = configuredStreams('rdiff-backup', access.settings.jobs, hostname);
  const streams = distinctStreams([...configured, ...knownStreams]);
  const backups: RdiffBackups = { increments, folder, stream: theStream(question, configured, folder) };
  const { points, listed } = rdiffPoints(backups, key, streams);
  const mirror = increments.at(-1);
  return {
    toolVersion,
    repositoryKey: key,
    isKeyTold: true,
    points: listed,
    collection: {
      ...EMPTY_COLLECTION,
      // Of another machine it leaves out backups after which nothing changed.
      completeFor: folder ? [`recovery_points:${key}`] : [],
      recovery_points: points,
      repositories: [
        {
          ...repositoryFacts(question, key, null, folder),
          tool_format: 'rdiff-backup',
        },
      ],
      problems: mirror
        ? [
            ...unfinishedBackup(folder, key),
            ...lostSources(backups, jobKeyOf(streamOf(backups.stream, streams))),
            ...shrunkSources(listed, streams),
          ]
        : [],
    },
  };
}

/** rdiff-backup asks for a `regress` before it makes or restores anything else. */
function unfinishedBackup(folder: RdiffFolder | null, key: string): ReportProblem[] {
  const second = folder?.unfinishedSecond ?? null;
  if (second === null) return [];
  const at = new Date(second * 1000).toISOString();
  return [
    {
      code: 'incomplete_backups',
      severity: 'warning',
      subject: beginningOf(`repository:${key}`, 200),
      message: `The backup of ${at} was cut short: the next one, or \`rdiff-backup regress\`, takes it back.`,
    },
  ];
}

/** A repository mirrors one source: that of its one job, else what its log names, else it is known by its place. */
function theStream(
  { access, hostname }: RepositoryQuestion,
  configured: readonly JobStream[],
  folder: RdiffFolder | null,
): JobStream {
  const [job, ...others] = configured;
  if (job && others.length === 0) return job;
  if (folder?.sourcePath) return { tool: 'rdiff-backup', host: hostname, paths: [folder.sourcePath] };
  const { location } = doubleColonLocation(access.settings.repo);
  return { tool: 'rdiff-backup', host: hostname, paths: [], series: beginningOf(location, 100) };
}

function keyOf({ access, hostname }: RepositoryQuestion): string {
  return placeKey('rdiff-backup', doubleColonLocation(access.settings.repo), hostname);
}

function repositoryFacts(
  { access }: RepositoryQuestion,
  key: string,
  problem: RepositoryProblem | null,
  folder: RdiffFolder | null,
): ReportedRepository {
  const { location, kind } = doubleColonLocation(access.settings.repo);
  const lock = folder?.lock ?? null;
  return {
    ...UNTOLD_FACTS,
    repository_key: key,
    tool: 'rdiff-backup',
    location: beginningOf(access.redact(location)),
    location_kind: kind,
    reachable: isReachable(problem),
    problem,
    // A mirror of plain files; what the disk itself does is another matter.
    encryption: { value: false, mode: null, source: 'tool_inherent' },
    locks: lock ? [{ id: String(lock.pid), created_at: lock.createdAt, host: lock.host || null }] : [],
  };
}

function unread(
  question: RepositoryQuestion,
  toolVersion: string | null,
  problem: RepositoryProblem | null,
): RepositoryAnswer {
  return unreadAnswer(toolVersion, repositoryFacts(question, keyOf(question), problem, null));
}
