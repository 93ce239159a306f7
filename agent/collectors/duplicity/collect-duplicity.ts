import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ReportedRepository, ReportProblem } from '@/contract/report';
import { fileProblemOf } from '@/agent/collectors/file-problem';
import {
  localFolderOf,
  readDuplicityLocation,
  withoutPassword,
} from '@/agent/collectors/duplicity/duplicity-location';
import { duplicityPoints } from '@/agent/collectors/duplicity/duplicity-points';
import { duplicityProblemOf } from '@/agent/collectors/duplicity/duplicity-problem';
import {
  readDuplicityStatus,
  readDuplicityVersion,
  type DuplicityStatus,
} from '@/agent/collectors/duplicity/duplicity-status';
import { configuredStreams, distinctStreams, type JobStream } from '@/agent/collectors/job-stream';
import { placeKey } from '@/agent/collectors/place-key';
import { askPlain } from '@/agent/collectors/plain-tool';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
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
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** Reads one duplicity repository: the backups in it, by the names of its files. That needs no pass phrase, and proves nothing of what is in them. */
export async function collectDuplicity(question: RepositoryQuestion): Promise<RepositoryAnswer> {
  const { access } = question;
  const version = await askPlain(access, ['--version']);
  const toolVersion = readDuplicityVersion(version.stdout);
  if (version.startError !== null)
    return unread(question, toolVersion, duplicityProblemOf(version, access.redact));
  const folderProblem = problemOfFolder(access);
  if (folderProblem) return unread(question, toolVersion, folderProblem);
  const outcome = await askStatus(access);
  const problem = duplicityProblemOf(outcome, access.redact);
  const status = problem ? null : readDuplicityStatus(outcome.stderr);
  if (!status) return unread(question, toolVersion, problem ?? NOT_UNDERSTOOD);
  return collectReadable(question, toolVersion, status);
}

const NOT_UNDERSTOOD: RepositoryProblem = {
  code: 'unsupported_version',
  exit_code: 0,
  message: 'duplicity answered with something that is not its collection status.',
};

/** duplicity makes a folder that is not there, and calls it empty. */
function problemOfFolder({ settings }: RepositoryAccess): RepositoryProblem | null {
  const folder = localFolderOf(settings.repo);
  if (folder === null) return null;
  try {
    fs.readdirSync(folder);
    return null;
  } catch (error) {
    return fileProblemOf(error);
  }
}

/** With an archive folder of its own, which stays empty: the user's, which duplicity would bring up to date, is left alone. */
async function askStatus(access: RepositoryAccess): Promise<ProgramOutcome> {
  const { url, password } = withoutPassword(access.settings.repo);
  const archive = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-duplicity-'));
  try {
    const env = password === null ? access.env : { ...access.env, FTP_PASSWORD: password };
    return await askPlain({ ...access, env }, [
      'collection-status',
      '--archive-dir',
      archive,
      // Of stdout and the log for programs on one stream, neither is whole.
      '--log-fd',
      '2',
      // Between tries it waits half a minute each; the next report is the next try.
      '--num-retries',
      '1',
      url,
    ]);
  } finally {
    fs.rmSync(archive, { recursive: true, force: true });
  }
}

function collectReadable(
  question: RepositoryQuestion,
  toolVersion: string | null,
  status: DuplicityStatus,
): RepositoryAnswer {
  const { access, hostname, knownStreams } = question;
  const key = keyOf(question);
  const configured = configuredStreams('duplicity', access.settings.jobs, hostname);
  const streams = distinctStreams([...configured, ...knownStreams]);
  const stream = theStream(question, configured);
  const points = duplicityPoints(status.sets, key, stream, streams);
  const listed = points.map((one) => ({ id: one.point_key, stream, takenAt: one.taken_at }));
  return {
    toolVersion,
    repositoryKey: key,
    isKeyTold: true,
    points: listed,
    collection: {
      ...EMPTY_COLLECTION,
      completeFor: [`recovery_points:${key}`],
      recovery_points: points,
      repositories: [{ ...repositoryFacts(question, key, null), encryption: encryptionOf(status) }],
      problems: [...leftovers(status, key), ...shrunkSources(listed, streams)],
    },
  };
}

/** A repository holds one source: that of its one job, else it is known by its address. */
function theStream({ access, hostname }: RepositoryQuestion, configured: readonly JobStream[]): JobStream {
  const [job, ...others] = configured;
  if (job && others.length === 0) return job;
  const { location } = readDuplicityLocation(access.settings.repo, new Date());
  return { tool: 'duplicity', host: hostname, paths: [], series: beginningOf(location, 100) };
}

/** Of several backups all must be encrypted. */
function encryptionOf({ sets }: DuplicityStatus): ReportedRepository['encryption'] {
  if (sets.length === 0) return null;
  return { value: sets.every(({ isEncrypted }) => isEncrypted), mode: null, source: 'tool_reported' };
}

function leftovers({ incompleteCount, orphanedCount }: DuplicityStatus, key: string): ReportProblem[] {
  if (incompleteCount + orphanedCount === 0) return [];
  return [
    {
      code: 'incomplete_backups',
      severity: 'warning',
      subject: beginningOf(`repository:${key}`, 200),
      message: `${incompleteCount} backups were cut short, and ${orphanedCount} belong to no chain: none of them can be restored.`,
    },
  ];
}

function keyOf({ access, hostname }: RepositoryQuestion): string {
  return placeKey('duplicity', readDuplicityLocation(access.settings.repo, new Date()), hostname);
}

function repositoryFacts(
  { access }: RepositoryQuestion,
  key: string,
  problem: RepositoryProblem | null,
): ReportedRepository {
  const { location, kind, media } = readDuplicityLocation(access.settings.repo, new Date());
  return {
    ...UNTOLD_FACTS,
    repository_key: key,
    tool: 'duplicity',
    location: beginningOf(access.redact(location)),
    location_kind: kind,
    reachable: isReachable(problem),
    problem,
    media,
  };
}

function unread(
  question: RepositoryQuestion,
  toolVersion: string | null,
  problem: RepositoryProblem | null,
): RepositoryAnswer {
  return unreadAnswer(toolVersion, repositoryFacts(question, keyOf(question), problem));
}
