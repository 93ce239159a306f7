import { createHash } from 'node:crypto';
import type { JobSettings, ToolName } from '@/agent/config/agent-config';
import { beginningOf } from '@/agent/report/shorten';

const KEY_LENGTH_MAX = 200;

/** A stream of backups as the repository shows it: one tool, one host, one set of paths. */
export interface JobStream {
  tool: ToolName;
  host: string;
  paths: readonly string[];
  /** What the names of its backups begin with, where nothing tells the paths. */
  series?: string | undefined;
}

/** The key of a stream's job, the same for every order of the paths. */
export function jobKeyOf({ tool, host, paths, series }: JobStream): string {
  const what = series === undefined ? [...new Set(paths)].toSorted().join(',') : `${series}*`;
  return boundedKey(`${tool}:${host}:${what}`);
}

/** A key as it is, or its beginning and its hash when it is too long. */
export function boundedKey(key: string): string {
  if (key.length <= KEY_LENGTH_MAX) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${beginningOf(key, KEY_LENGTH_MAX - 33)}#${hash}`;
}

/**
 * The stream that a backup belongs to: a known one whose paths are the same or hold them all (then some are missing in
 * the backup), the smallest such; else its own.
 */
export function streamOf(own: JobStream, known: readonly JobStream[]): JobStream {
  return promisedStream(own, known) ?? own;
}

/** The known stream that a backup belongs to; null when it is of none. */
export function promisedStream(own: JobStream, known: readonly JobStream[]): JobStream | null {
  const holds = (stream: JobStream): boolean =>
    stream.tool === own.tool &&
    stream.host === own.host &&
    stream.series === own.series &&
    own.paths.every((path) => stream.paths.includes(path));
  return known.filter(holds).toSorted((a, b) => a.paths.length - b.paths.length)[0] ?? null;
}

/** The streams that configured jobs promise; a job without paths promises none. */
export function configuredStreams(
  tool: ToolName,
  jobs: readonly JobSettings[],
  hostname: string,
): JobStream[] {
  return jobs
    .filter((job) => job.paths.length > 0)
    .map((job) => ({ tool, host: job.host ?? hostname, paths: job.paths.map(withoutSlash) }));
}

/** A path as repositories keep it: without a slash at the end. */
export function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '') || '/';
}

/** Each stream once. */
export function distinctStreams(streams: readonly JobStream[]): JobStream[] {
  return [...new Map(streams.map((stream) => [jobKeyOf(stream), stream])).values()];
}
