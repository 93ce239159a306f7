import { z } from 'zod';
import type { ReportedPoint } from '@/contract/report';
import { jobKeyOf, streamOf, type JobStream } from '@/agent/collectors/job-stream';
import { beginningOf } from '@/agent/report/shorten';

const count = z.int().min(0);

/** A snapshot as `restic snapshots --json` prints it; `summary` since 0.17. */
const snapshot = z.object({
  id: z.string().min(8).max(200),
  time: z.iso.datetime({ offset: true }),
  hostname: z.string(),
  paths: z.array(z.string()).nullable().default([]),
  tags: z.array(z.string()).nullish(),
  summary: z
    .object({
      backup_start: z.iso.datetime({ offset: true }),
      backup_end: z.iso.datetime({ offset: true }),
      data_added: count.optional(),
      data_added_packed: count.optional(),
      total_files_processed: count.optional(),
      total_bytes_processed: count.optional(),
    })
    .nullish(),
});
export const snapshotListing = z.array(snapshot);
export type ResticSnapshot = z.output<typeof snapshot>;

const BACKDATED_AFTER_MILLISECONDS = 3_600_000;

/**
 * Recovery points, newest first. restic writes a snapshot last, so one that is listed is complete as far as restic says;
 * files that could not be read are told by the run alone.
 */
export function pointsOf(
  snapshots: readonly ResticSnapshot[],
  repositoryKey: string,
  known: readonly JobStream[],
): ReportedPoint[] {
  return snapshots
    .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time) || (a.id < b.id ? -1 : 1))
    .map((one) => pointOf(one, repositoryKey, known));
}

export function snapshotStream(one: ResticSnapshot): JobStream {
  return { tool: 'restic', host: one.hostname, paths: one.paths ?? [] };
}

function pointOf(one: ResticSnapshot, repositoryKey: string, known: readonly JobStream[]): ReportedPoint {
  return {
    point_key: one.id,
    repository_key: repositoryKey,
    job_key: jobKeyOf(streamOf(snapshotStream(one), known)),
    source_host: beginningOf(one.hostname, 200) || null,
    source_paths: (one.paths ?? [])
      .filter(Boolean)
      .map((path) => beginningOf(path, 4096))
      .slice(0, 1000),
    tags: (one.tags ?? [])
      .filter(Boolean)
      .map((tag) => beginningOf(tag, 200))
      .slice(0, 200),
    taken_at: one.time,
    completed_at: one.summary?.backup_end ?? null,
    backdated: isBackdated(one),
    state: 'complete',
    bytes: bytesOf(one),
    files: one.summary?.total_files_processed ?? null,
    level: null,
    capture: 'files',
    expires_at: null,
    retention_reasons: [],
    encrypted: true,
    immutable_until: null,
    protected: false,
    last_verified_at: null,
    verified_depth: 'none',
    media_label: null,
  };
}

/** The true time of the run stands in the summary; `--time` changes only the snapshot's. */
function isBackdated({ time, summary }: ResticSnapshot): boolean {
  if (!summary) return false;
  return Math.abs(Date.parse(time) - Date.parse(summary.backup_start)) > BACKDATED_AFTER_MILLISECONDS;
}

function bytesOf({ summary }: ResticSnapshot): ReportedPoint['bytes'] {
  if (!summary) return null;
  return {
    logical: summary.total_bytes_processed ?? null,
    stored: summary.data_added_packed ?? summary.data_added ?? null,
  };
}
