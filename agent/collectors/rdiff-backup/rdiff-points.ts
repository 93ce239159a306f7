import type { ReportedPoint, ReportProblem } from '@/contract/report';
import { jobKeyOf, streamOf, type JobStream } from '@/agent/collectors/job-stream';
import { sourceMissing, type ListedPoint } from '@/agent/collectors/repository-answer';
import type { RdiffFolder } from '@/agent/collectors/rdiff-backup/rdiff-folder';
import type { RdiffIncrement } from '@/agent/collectors/rdiff-backup/rdiff-listing';
import { countIn, instantIn, type SessionStatistics } from '@/agent/collectors/session-statistics';
import { beginningOf } from '@/agent/report/shorten';

/** The backups of a repository with what is known of how they ended. */
export interface RdiffBackups {
  /** The newest last, as rdiff-backup lists them. */
  increments: readonly RdiffIncrement[];
  /** null: it lies on another machine. */
  folder: RdiffFolder | null;
  /** The one stream that a repository holds. */
  stream: JobStream;
}

/** The backups as points, newest first. */
export function rdiffPoints(
  { increments, folder, stream }: RdiffBackups,
  repositoryKey: string,
  known: readonly JobStream[],
): { points: ReportedPoint[]; listed: ListedPoint[] } {
  const jobKey = jobKeyOf(streamOf(stream, known));
  const points = increments.toReversed().map((one, index): ReportedPoint => {
    const session = sessionOf(one, folder);
    const logical = countIn(session, 'SourceFileSize');
    return {
      point_key: one.takenAt,
      repository_key: repositoryKey,
      job_key: jobKey,
      source_host: beginningOf(stream.host, 200) || null,
      source_paths: (stream.series === undefined ? stream.paths : [`${stream.series}*`]).map((path) =>
        beginningOf(path, 4096),
      ),
      tags: [],
      taken_at: one.takenAt,
      completed_at: instantIn(session, 'EndTime'),
      backdated: false,
      state: isUnfinished(one, folder) ? 'incomplete' : stateOf(session),
      bytes: { logical, stored: one.sizeBytes },
      files: countIn(session, 'SourceFiles'),
      // The newest is a mirror, each older one what brings it back to its state.
      level: index === 0 ? 'full' : 'incremental',
      capture: 'files',
      expires_at: null,
      retention_reasons: [],
      encrypted: false,
      immutable_until: null,
      protected: false,
      last_verified_at: null,
      verified_depth: 'none',
      media_label: null,
    };
  });
  const listed = points.map((one) => ({ id: one.point_key, stream, takenAt: one.taken_at }));
  return { points, listed };
}

function sessionOf(one: RdiffIncrement, folder: RdiffFolder | null): SessionStatistics | null {
  return folder?.sessions.get(secondOf(one)) ?? null;
}

const secondOf = ({ takenAt }: RdiffIncrement): number => Date.parse(takenAt) / 1000;

function isUnfinished(one: RdiffIncrement, folder: RdiffFolder | null): boolean {
  return folder !== null && secondOf(one) === folder.unfinishedSecond;
}

/**
 * A backup writes its statistics when it has ended, and rdiff-backup lists also one that never did. Where they cannot be read, nothing
 * is known.
 */
function stateOf(session: SessionStatistics | null): ReportedPoint['state'] {
  const errors = countIn(session, 'Errors');
  if (session === null || errors === null) return 'unknown';
  if (isEmptied(session)) return 'incomplete';
  return errors > 0 || hasLostMost(session) ? 'partial' : 'complete';
}

/** Nothing but empty files and folders is left: most likely the source had vanished. */
function isEmptied(session: SessionStatistics): boolean {
  return countIn(session, 'SourceFileSize') === 0;
}

/** More than half of what the backup before held was deleted. rdiff-backup ends well all the same. */
export function hasLostMost(session: SessionStatistics): boolean {
  const [deleted, before] = [countIn(session, 'DeletedFiles'), countIn(session, 'MirrorFiles')];
  return deleted !== null && before !== null && deleted >= DELETED_MIN && deleted > before / 2;
}

/** Of fewer files it is nobody's alarm. */
const DELETED_MIN = 10;

/** What the newest backup lacks, though rdiff-backup called it a success. */
export function lostSources({ increments, folder, stream }: RdiffBackups, jobKey: string): ReportProblem[] {
  const newest = increments.at(-1);
  const session = newest ? sessionOf(newest, folder) : null;
  if (!session) return [];
  if (isEmptied(session)) return stream.paths.map((path) => sourceMissing(path, jobKey));
  if (!hasLostMost(session)) return [];
  const [deleted, before] = [countIn(session, 'DeletedFiles'), countIn(session, 'MirrorFiles')];
  return [
    {
      code: 'mass_deletion',
      severity: 'critical',
      subject: jobKey,
      message: `The newest backup deleted ${deleted} of ${before} files; older ones still hold them.`,
    },
  ];
}
