import { createHash } from 'node:crypto';
import type { ReportedRepository, ReportProblem } from '@/contract/report';
import type { CheckSettings } from '@/agent/config/agent-config';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import { jobKeyOf, promisedStream, type JobStream } from '@/agent/collectors/job-stream';
import type { RepositoryLocation } from '@/agent/collectors/repository-location';
import type { RepositoryProblem } from '@/agent/collectors/repository-problem';
import { EMPTY_COLLECTION, type Collection } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';

/** What a collector is asked, whatever the tool. */
export interface RepositoryQuestion {
  access: RepositoryAccess;
  hostname: string;
  /** Key under which this repository was known before, for when it cannot be read now. */
  knownKey: string | null;
  /** Streams that jobs wrote before, so that a backup that lacks a path is still seen as theirs. */
  knownStreams: readonly JobStream[];
  /** null: no check now. */
  check: CheckSettings | null;
  withStats: boolean;
}

/** A recovery point as far as runs are matched with it. */
export interface ListedPoint {
  id: string;
  stream: JobStream;
  takenAt: string;
}

export interface RepositoryAnswer {
  collection: Collection;
  toolVersion: string | null;
  repositoryKey: string;
  /** The repository itself told its key. */
  isKeyTold: boolean;
  /** null when the listing could not be read whole. */
  points: readonly ListedPoint[] | null;
}

/** Of a repository that is known by its place, and could not be read. */
export function unreadAnswer(toolVersion: string | null, repository: ReportedRepository): RepositoryAnswer {
  return {
    toolVersion,
    repositoryKey: repository.repository_key,
    isKeyTold: true,
    points: null,
    collection: { ...EMPTY_COLLECTION, repositories: [repository] },
  };
}

/** Stands in for the id of a repository that was never read; a local path is another place on every machine. */
export function unreadKey(tool: string, { location, kind }: RepositoryLocation, hostname: string): string {
  const place = kind === 'local' ? `${hostname}:${location}` : location;
  return `${tool}:unread:${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
}

/** Where another repository lies now, nobody else would say that the one before is gone. */
export function replacedProblem(id: string): RepositoryProblem {
  return {
    code: 'repository_missing',
    exit_code: null,
    message: `Another repository (${id}) lies where this one was.`,
  };
}

/** Paths that a job promised and that its newest backup lacks, though the tool called that backup a success. */
export function shrunkSources(
  points: readonly ListedPoint[],
  promised: readonly JobStream[],
): ReportProblem[] {
  const newest = new Map<string, ListedPoint>();
  for (const one of points) {
    const stream = promisedStream(one.stream, promised);
    const key = stream && jobKeyOf(stream);
    const before = key === null ? undefined : newest.get(key);
    if (key !== null && (!before || Date.parse(one.takenAt) > Date.parse(before.takenAt)))
      newest.set(key, one);
  }
  return promised.flatMap((stream) => {
    const one = newest.get(jobKeyOf(stream));
    const missing = one ? stream.paths.filter((path) => !one.stream.paths.includes(path)) : [];
    return missing.map((path) => sourceMissing(path, jobKeyOf(stream)));
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
