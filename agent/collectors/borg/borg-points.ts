import { z } from 'zod';
import type { ReportedPoint } from '@/contract/report';
import { readBorgCommand } from '@/agent/collectors/borg/borg-command-line';
import { borgInstant } from '@/agent/collectors/borg/borg-output';
import { jobKeyOf, streamOf, withoutSlash, type JobStream } from '@/agent/collectors/job-stream';
import type { ListedPoint } from '@/agent/collectors/repository-answer';
import { beginningOf } from '@/agent/report/shorten';

const naiveInstant = z.string().refine((text) => borgInstant(text) !== null, 'must be a time');

/** An archive as `borg list --json` prints it; all but name, id and start only with {@link LISTING_FORMAT}. */
const archive = z.object({
  id: z.string().min(8).max(200),
  name: z.string(),
  start: naiveInstant,
  end: naiveInstant.optional(),
  hostname: z.string().optional(),
  // One word after the other, or (1.1) as one text.
  command_line: z.union([z.array(z.string()), z.string()]).optional(),
});
export type BorgArchive = z.output<typeof archive>;

/** What `borg list --json` and `borg info --json` say of a repository, beside its archives. */
export const borgListing = z.object({
  archives: z.array(archive),
  encryption: z.object({ mode: z.string().min(1).max(200) }),
  repository: z.object({ id: z.string().min(8).max(200) }),
});
export type BorgListing = z.output<typeof borgListing>;

/** With `--json` it only says which keys are looked up. */
export const LISTING_FORMAT = '{end}{hostname}{command_line}';

/** borg leaves interrupted archives out of its list, so what stands in it is whole as far as borg says. Newest first. */
export function borgPointsOf(
  { archives, encryption, repository }: BorgListing,
  known: readonly JobStream[],
): ReportedPoint[] {
  return archives
    .map((one) => pointOf(one, repository.id, isEncrypted(encryption.mode), known))
    .toSorted(
      (a, b) => Date.parse(b.taken_at) - Date.parse(a.taken_at) || (a.point_key < b.point_key ? -1 : 1),
    );
}

/** `none` and `authenticated` leave the contents readable for all. */
export function isEncrypted(mode: string): boolean {
  return !/^(?:none|authenticated.*)$/i.test(mode);
}

export function listedArchive(one: BorgArchive): ListedPoint {
  return { id: one.id, stream: archiveStream(one), takenAt: startOf(one) };
}

/** Host and sources, which the command line tells; else what all names of the series begin with. */
function archiveStream(one: BorgArchive): JobStream {
  const host = one.hostname ?? '';
  const words = Array.isArray(one.command_line) ? one.command_line : [];
  const paths = (readBorgCommand(words, {})?.sourcePaths ?? []).map(withoutSlash);
  // Relative ones say nothing without the folder that they start from.
  if (paths.length > 0 && paths.every((path) => path.startsWith('/'))) return { tool: 'borg', host, paths };
  return { tool: 'borg', host, paths: [], series: seriesOf(one.name) };
}

/** The name without the date, the time and the numbers at its end: `srv-2026-03-09T01:30:00` is of `srv`. */
function seriesOf(name: string): string {
  return beginningOf(name.replace(/[-_.:+\s]*\d[\dTtZz:.+_-]*(?:\.checkpoint(?:\.\d+)?)?$/, '') || name, 100);
}

const startOf = (one: BorgArchive): string => borgInstant(one.start) ?? one.start;

function pointOf(
  one: BorgArchive,
  repositoryKey: string,
  encrypted: boolean,
  known: readonly JobStream[],
): ReportedPoint {
  const stream = archiveStream(one);
  return {
    point_key: one.id,
    repository_key: repositoryKey,
    job_key: jobKeyOf(streamOf(stream, known)),
    source_host: beginningOf(stream.host, 200) || null,
    // Of unknown contents it is a copy of its own series, and of nothing else.
    source_paths:
      stream.series === undefined
        ? stream.paths.map((path) => beginningOf(path, 4096)).slice(0, 1000)
        : [`${stream.series}*`],
    tags: [],
    taken_at: startOf(one),
    completed_at: one.end === undefined ? null : borgInstant(one.end),
    backdated: false,
    state: /\.checkpoint(?:\.\d+)?$/.test(one.name) ? 'incomplete' : 'complete',
    bytes: null,
    files: null,
    level: null,
    capture: 'files',
    expires_at: null,
    retention_reasons: [],
    encrypted,
    immutable_until: null,
    protected: false,
    last_verified_at: null,
    verified_depth: 'none',
    media_label: null,
  };
}
