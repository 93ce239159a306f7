import type { RunStatus } from '@/contract/report';
import type { PointOutcome } from '@/domain/protection/facts';
import { MINUTE, type Instant } from '@/domain/time/instant';
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

/** Says of points how the runs that made them ended. */
export interface MakerBoard {
  /**
   * How the run that made a point ended: the run that names it, else one of its job that names no point and was running
   * when it was taken. Nobody saw it: `not-seen`.
   */
  outcomeOf(point: { point_key: string; taken_at: string }, jobId: string | null): PointOutcome;
}

/** Sorts runs by what they name, once: a report may hold twenty thousand points and as many runs. */
export function openMakerBoard(makers: readonly MakerRun[]): MakerBoard {
  const byPoint = new Map<string, PointOutcome>();
  const spans = new Map<string, Span[]>();
  for (const run of makers) {
    const outcome = outcomeOfRun(run.status, run.isPartial);
    for (const key of run.pointKeys) byPoint.set(key, worseOutcome(byPoint.get(key) ?? 'not-seen', outcome));
    const span = spanOf(run, outcome);
    if (!span) continue;
    const ofJob = spans.get(run.jobId);
    if (ofJob) ofJob.push(span);
    else spans.set(run.jobId, [span]);
  }
  // The strongest first, so that the first that fits decides.
  for (const ofJob of spans.values()) ofJob.sort((a, b) => STRENGTH[b.outcome] - STRENGTH[a.outcome]);
  return {
    outcomeOf: (point, jobId) => {
      const named = byPoint.get(point.point_key);
      if (named !== undefined || jobId === null) return named ?? 'not-seen';
      const takenAt = Date.parse(point.taken_at);
      const wasRunning = spans.get(jobId)?.find(({ fromAt, toAt }) => takenAt >= fromAt && takenAt <= toAt);
      return wasRunning?.outcome ?? 'not-seen';
    },
  };
}

/** When a run that names no point was under way. */
interface Span {
  readonly fromAt: Instant;
  readonly toAt: Instant;
  readonly outcome: PointOutcome;
}

function spanOf(run: MakerRun, outcome: PointOutcome): Span | null {
  if (run.pointKeys.length > 0 || run.startedAt === null || run.endedAt === null) return null;
  return {
    fromAt: Date.parse(run.startedAt) - LEEWAY_MS,
    toAt: Date.parse(run.endedAt) + LEEWAY_MS,
    outcome,
  };
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
