import type { RunStatus } from '@/contract/report';
import type { PointOutcome } from '@/domain/protection/facts';
import { MINUTE } from '@/domain/time/instant';
import type { MakerRun } from '../data/report-runs';

/** How a run's end judges the points it made. */
export function outcomeOfRun(status: RunStatus, isPartial: boolean): PointOutcome {
  switch (status) {
    case 'success':
      return isPartial ? 'warning' : 'success';
    case 'warning':
    case 'failed':
    case 'cancelled':
      return status;
    case 'running':
    case 'missed':
    case 'unknown':
      return 'not-seen';
  }
}

/** A clock's reading and a tool's own may differ by this much. */
const LEEWAY_MS = MINUTE;

/**
 * How the run that made a point ended: the run that names it, else one of its job that names no point and was running
 * when it was taken. Nobody saw it: `not-seen`.
 */
export function outcomeOfPoint(
  point: { point_key: string; taken_at: string },
  jobId: string | null,
  makers: readonly MakerRun[],
): PointOutcome {
  const named = makers.filter((run) => run.pointKeys.includes(point.point_key));
  const takenAt = Date.parse(point.taken_at);
  const runs =
    named.length > 0 ? named : makers.filter((run) => run.jobId === jobId && wasRunning(run, takenAt));
  return runs
    .map((run) => outcomeOfRun(run.status, run.isPartial))
    .reduce((worse, one) => worseOutcome(worse, one), 'not-seen' as PointOutcome);
}

function wasRunning(run: MakerRun, at: number): boolean {
  if (run.pointKeys.length > 0 || run.startedAt === null || run.endedAt === null) return false;
  return at >= Date.parse(run.startedAt) - LEEWAY_MS && at <= Date.parse(run.endedAt) + LEEWAY_MS;
}

const STRENGTH: Readonly<Record<PointOutcome, number>> = {
  claimed: 0,
  'not-seen': 1,
  success: 2,
  warning: 3,
  cancelled: 4,
  failed: 5,
};

/** Of two things told of one point, the one that stands. */
export function worseOutcome(a: PointOutcome, b: PointOutcome): PointOutcome {
  return STRENGTH[b] > STRENGTH[a] ? b : a;
}
