import { createHash } from 'node:crypto';
import type { JobSettings } from '@/agent/config/agent-config';
import { beginningOf } from '@/agent/report/shorten';

const KEY_LENGTH_MAX = 200;

/** A stream of backups as the repository shows it: one host, one set of paths. */
export interface ResticStream {
  host: string;
  paths: readonly string[];
}

/** The key of a stream's job, the same for every order of the paths. */
export function resticJobKey({ host, paths }: ResticStream): string {
  return boundedKey(`restic:${host}:${[...new Set(paths)].toSorted().join(',')}`);
}

/** A key as it is, or its beginning and its hash when it is too long. */
export function boundedKey(key: string): string {
  if (key.length <= KEY_LENGTH_MAX) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${beginningOf(key, KEY_LENGTH_MAX - 33)}#${hash}`;
}

/**
 * The stream that a snapshot belongs to: a known one whose paths are the same or hold them all (then some are missing in
 * the snapshot), the smallest such; else its own.
 */
export function streamOf(snapshot: ResticStream, known: readonly ResticStream[]): ResticStream {
  const holds = (stream: ResticStream): boolean =>
    stream.host === snapshot.host && snapshot.paths.every((path) => stream.paths.includes(path));
  return known.filter(holds).toSorted((a, b) => a.paths.length - b.paths.length)[0] ?? snapshot;
}

/** The streams that configured jobs promise; a job without paths promises none. restic keeps no slash at the end. */
export function configuredStreams(jobs: readonly JobSettings[], hostname: string): ResticStream[] {
  return jobs
    .filter((job) => job.paths.length > 0)
    .map((job) => ({
      host: job.host ?? hostname,
      paths: job.paths.map((path) => path.replace(/\/+$/, '') || '/'),
    }));
}

/** Each stream once. */
export function distinctStreams(streams: readonly ResticStream[]): ResticStream[] {
  return [...new Map(streams.map((stream) => [resticJobKey(stream), stream])).values()];
}
