import type { ReportedPoint } from '@/contract/report';
import type { DuplicitySet } from '@/agent/collectors/duplicity/duplicity-status';
import { jobKeyOf, streamOf, type JobStream } from '@/agent/collectors/job-stream';
import { beginningOf } from '@/agent/report/shorten';

/**
 * The backups of all chains as points, newest first. duplicity keeps apart what was cut short, so that what stands in a chain is whole as
 * far as its names tell: it has not looked into any.
 */
export function duplicityPoints(
  sets: readonly DuplicitySet[],
  repositoryKey: string,
  stream: JobStream,
  known: readonly JobStream[],
): ReportedPoint[] {
  const jobKey = jobKeyOf(streamOf(stream, known));
  return withStates(sets)
    .toSorted((a, b) => Date.parse(b.takenAt) - Date.parse(a.takenAt))
    .map((one) => ({
      point_key: `${one.kind}:${one.takenAt}`,
      repository_key: repositoryKey,
      job_key: jobKey,
      source_host: beginningOf(stream.host, 200) || null,
      source_paths: (stream.series === undefined ? stream.paths : [`${stream.series}*`]).map((path) =>
        beginningOf(path, 4096),
      ),
      tags: [],
      taken_at: one.takenAt,
      completed_at: null,
      backdated: false,
      state: one.state,
      bytes: null,
      files: null,
      level: one.kind === 'full' ? 'full' : 'incremental',
      capture: 'files',
      expires_at: null,
      retention_reasons: [],
      encrypted: one.isEncrypted,
      immutable_until: null,
      protected: false,
      last_verified_at: null,
      verified_depth: 'none',
      media_label: null,
    }));
}

/** One without volumes holds nothing, and neither does an increment that builds on it, or on no full backup at all. */
function withStates(
  sets: readonly DuplicitySet[],
): readonly (DuplicitySet & { state: 'complete' | 'incomplete' })[] {
  let isWhole = false;
  return sets.map((one) => {
    isWhole = (one.kind === 'full' || isWhole) && one.volumes > 0;
    return { ...one, state: isWhole ? 'complete' : 'incomplete' };
  });
}
