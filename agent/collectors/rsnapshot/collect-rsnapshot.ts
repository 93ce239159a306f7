import path from 'node:path';
import type { ReportedRepository, ReportProblem } from '@/contract/report';
import { UNTOLD_FACTS } from '@/agent/collectors/untold-facts';
import type { Collection } from '@/agent/report/collection';
import { fileProblemOf } from '@/agent/collectors/file-problem';
import { configuredStreams, distinctStreams, type JobStream } from '@/agent/collectors/job-stream';
import { folderLocation, placeKey } from '@/agent/collectors/place-key';
import { askPlain } from '@/agent/collectors/plain-tool';
import { readText } from '@/agent/collectors/read-text';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import {
  shrunkSources,
  unreadKey,
  type RepositoryAnswer,
  type RepositoryQuestion,
} from '@/agent/collectors/repository-answer';
import { isReachable, type RepositoryProblem } from '@/agent/collectors/repository-problem';
import { readRsnapshotConfig, type RsnapshotConfig } from '@/agent/collectors/rsnapshot/rsnapshot-config';
import {
  readLogs,
  readRsnapshotLock,
  readSnapshotFolders,
  type RsnapshotLock,
} from '@/agent/collectors/rsnapshot/rsnapshot-files';
import { readRsnapshotLog, type RsnapshotRun } from '@/agent/collectors/rsnapshot/rsnapshot-log';
import { rsnapshotPoints, type RsnapshotFolder } from '@/agent/collectors/rsnapshot/rsnapshot-points';
import { rsnapshotRetention } from '@/agent/collectors/rsnapshot/rsnapshot-retention';
import { EMPTY_COLLECTION } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';

const CONFIG_BYTES_MAX = 1024 * 1024;
/** Where rsnapshot looks when it is told nothing. */
export const DEFAULT_RSNAPSHOT_CONFIG = '/etc/rsnapshot.conf';

/**
 * Reads the snapshots of one configuration file of rsnapshot. rsnapshot itself is asked only for its version: its `configtest`
 * removes the lock of a running backup when the configuration is wrong.
 */
export async function collectRsnapshot(question: RepositoryQuestion): Promise<RepositoryAnswer> {
  const { access } = question;
  const configFile = path.resolve(access.settings.repo);
  const toolVersion = readRsnapshotVersion((await askPlain(access, ['version'])).stdout);
  const config = readConfigFile(configFile);
  if ('code' in config) return unread(question, toolVersion, null, config);
  const { snapshotRoot } = config;
  if (snapshotRoot === null || config.intervals.length === 0)
    return unread(question, toolVersion, null, incomprehensible(configFile, config));
  const lock = readRsnapshotLock(config.lockFile);
  let folders: RsnapshotFolder[];
  try {
    folders = readSnapshotFolders(snapshotRoot, config, question.hostname);
  } catch (error) {
    return unread(question, toolVersion, snapshotRoot, fileProblemOf(error));
  }
  return answerWith(question, toolVersion, { configFile, config, snapshotRoot, lock, folders });
}

/** `rsnapshot 1.4.5-1`; null when it is something else. */
function readRsnapshotVersion(stdout: string): string | null {
  return /^rsnapshot (\d\S*)/m.exec(stdout)?.[1] ?? null;
}

function readConfigFile(file: string): RsnapshotConfig | RepositoryProblem {
  const text = readText(file, CONFIG_BYTES_MAX);
  if (text !== null) return readRsnapshotConfig(text, (one) => readText(one, CONFIG_BYTES_MAX));
  const message = `The configuration of rsnapshot, ${file}, cannot be read.`;
  return { code: 'unreadable', exit_code: null, message: beginningOf(message) };
}

function incomprehensible(file: string, { unread: lines }: RsnapshotConfig): RepositoryProblem {
  const [line] = lines;
  const why = line === undefined ? 'it has no line snapshot_root, or none retain' : `${line} is not followed`;
  return { code: 'unreadable', exit_code: null, message: beginningOf(`${file}: ${why}.`) };
}

interface Found {
  configFile: string;
  config: RsnapshotConfig;
  snapshotRoot: string;
  /** As it was before the folders were listed. */
  lock: RsnapshotLock | null;
  folders: readonly RsnapshotFolder[];
}

function answerWith(
  question: RepositoryQuestion,
  toolVersion: string | null,
  found: Found,
): RepositoryAnswer {
  const { access, hostname, knownStreams } = question;
  const { config, snapshotRoot, lock, folders } = found;
  const key = placeKey('rsnapshot', folderLocation(snapshotRoot), hostname);
  const configured = configuredStreams('rsnapshot', access.settings.jobs, hostname);
  const streams = distinctStreams([...configured, ...streamsOf(config, hostname), ...knownStreams]);
  const lowest = config.intervals[0]?.name ?? null;
  const runs = runsOf(found);
  const isWriting = lock?.isHeld === true;
  const { points, listed } = rsnapshotPoints(
    {
      folders,
      runs: runs?.filter(({ name }) => name === (config.syncsFirst ? 'sync' : lowest)) ?? [],
      written: isWriting && !config.syncsFirst ? lowest : null,
    },
    key,
    streams,
  );
  // While folders are being renamed one may be seen twice, or not at all.
  const isStill = !isWriting && readRsnapshotLock(config.lockFile)?.isHeld !== true;
  return {
    toolVersion,
    repositoryKey: key,
    isKeyTold: true,
    points: isStill ? listed : null,
    collection: {
      ...EMPTY_COLLECTION,
      completeFor: isStill ? [`recovery_points:${key}`] : [],
      recovery_points: points,
      repositories: [repositoryFacts(question, key, snapshotRoot, leftLock(config, lock), lock)],
      retention: rsnapshotRetention(config.intervals, key),
      problems: [
        ...unknownOutcomes(found, key, runs),
        ...lastFailure(key, runs, access),
        ...(isStill ? shrunkSources(listed, streams) : []),
      ],
    },
  };
}

/** What the configuration promises of each host. */
function streamsOf({ sources }: RsnapshotConfig, hostname: string): JobStream[] {
  return [...new Set(sources.map(({ host }) => host))].map((host) => ({
    tool: 'rsnapshot',
    host: host ?? hostname,
    paths: [...new Set(sources.filter((one) => one.host === host).map((one) => one.path))].toSorted(),
  }));
}

/** null: rsnapshot keeps no log that can be read. */
function runsOf({ config: { logFile }, configFile }: Found): RsnapshotRun[] | null {
  const log = logFile === null ? null : readLogs(logFile);
  return log === null ? null : readRsnapshotLog(log, (words) => isOfConfig(words, configFile));
}

/** Whether a call was made with this configuration; a relative name says only how the file is called. */
function isOfConfig(words: readonly string[], configFile: string): boolean {
  const at = words.indexOf('-c');
  const given = at < 0 ? DEFAULT_RSNAPSHOT_CONFIG : (words[at + 1] ?? '');
  return path.isAbsolute(given)
    ? path.resolve(given) === configFile
    : path.basename(given) === path.basename(configFile);
}

/** One that stops every later backup until somebody removes it; else rsnapshot removes it by itself. */
function leftLock(
  { stopsOnStaleLock }: RsnapshotConfig,
  lock: RsnapshotLock | null,
): RepositoryProblem | null {
  if (!stopsOnStaleLock || lock === null || lock.isHeld) return null;
  return {
    code: 'repository_locked',
    exit_code: null,
    message:
      `The lock file of rsnapshot names the process ${lock.pid}, which is gone, since ${lock.createdAt.toISOString()}. ` +
      'stop_on_stale_lockfile keeps every later backup from running until it is removed.',
  };
}

function unknownOutcomes(
  { configFile, config: { logFile } }: Found,
  key: string,
  runs: readonly RsnapshotRun[] | null,
): ReportProblem[] {
  if (runs !== null) return [];
  const why = logFile === null ? `${configFile} names no logfile` : `${logFile} cannot be read`;
  const message = `How the backups of rsnapshot ended is not known, so none counts as complete: ${why}.`;
  return [problemOf(key, 'outcome_unknown', message)];
}

/** The newest call failed, whatever older snapshots look like. */
function lastFailure(
  key: string,
  runs: readonly RsnapshotRun[] | null,
  { redact }: RepositoryAccess,
): ReportProblem[] {
  const last = runs?.findLast(({ endedAt }) => endedAt !== null);
  if (last?.outcome !== 'errors') return [];
  const said = redact(last.said.join(' '));
  return [
    problemOf(key, 'run_failed', `rsnapshot ${last.name} of ${last.startedAt} ended with errors. ${said}`),
  ];
}

function problemOf(key: string, code: string, message: string): ReportProblem {
  return {
    code,
    severity: 'warning',
    subject: beginningOf(`repository:${key}`, 200),
    message: beginningOf(message.trim()),
  };
}

function repositoryFacts(
  { hostname, access }: RepositoryQuestion,
  key: string,
  place: string,
  problem: RepositoryProblem | null,
  lock: RsnapshotLock | null,
): ReportedRepository {
  return {
    ...UNTOLD_FACTS,
    repository_key: key,
    tool: 'rsnapshot',
    location: beginningOf(access.redact(place)),
    location_kind: 'local',
    // A lock file that was left lies beside the snapshots.
    reachable: isReachable(problem),
    problem,
    // It copies files as they are; what the disk itself does is another matter.
    encryption: { value: false, mode: null, source: 'tool_inherent' },
    locks: lock ? [{ id: String(lock.pid), created_at: lock.createdAt.toISOString(), host: hostname }] : [],
  };
}

/** @param snapshotRoot null: not even that is known */
function unread(
  question: RepositoryQuestion,
  toolVersion: string | null,
  snapshotRoot: string | null,
  problem: RepositoryProblem,
): RepositoryAnswer {
  const { access, knownKey, hostname } = question;
  const location = folderLocation(snapshotRoot ?? access.settings.repo);
  const key =
    snapshotRoot === null
      ? (knownKey ?? unreadKey('rsnapshot', location, hostname))
      : placeKey('rsnapshot', location, hostname);
  const redacted = { ...problem, message: problem.message && access.redact(problem.message) };
  const collection: Collection = {
    ...EMPTY_COLLECTION,
    repositories: [
      {
        ...repositoryFacts(question, key, location.location, redacted, null),
        reachable: snapshotRoot === null ? null : isReachable(redacted),
      },
    ],
  };
  return { toolVersion, repositoryKey: key, isKeyTold: snapshotRoot !== null, points: null, collection };
}
