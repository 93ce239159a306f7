import type { AgentReport, NormalisedReport, ReportedPoint } from '@/contract/report';
import { correctInstant } from '@/domain/protection/clock';
import { DAY, type Instant } from '@/domain/time/instant';

/** What the server knows of a report beside its words. */
export interface ReportReceipt {
  readonly sentAt: Instant;
  readonly receivedAt: Instant;
  /** Hex. */
  readonly rawSha256: string;
}

export interface Normalised {
  readonly report: NormalisedReport;
  /** What was left out, in sentences. */
  readonly notes: readonly string[];
}

/** Runs of longer ago have no place any more. */
export const RUN_AGE_MAX = 425 * DAY;

/**
 * The server's form of what an agent said: trusted as signed, times on our clock, machines' declarations left out since
 * only people declare. Runs and points that lie more than 24 h in the future, and runs from before 14 months, are left out.
 */
export function normaliseReport(said: AgentReport, receipt: ReportReceipt): Normalised {
  const clock = clockOf(receipt);
  const runs = said.runs.map((run) => correctRun(run, clock));
  const points = said.recovery_points.map((point) => correctPoint(point, clock, receipt));
  const keptRuns = runs.filter((run) => isBelievableRun(run, receipt));
  const keptPoints = points.filter((point) => Date.parse(point.taken_at) <= receipt.receivedAt + DAY);
  const report: NormalisedReport = {
    ...said,
    generated_at: clock(said.generated_at),
    source: { ...said.source, channel: 'agent', trust: 'signed', raw_sha256: receipt.rawSha256 },
    runs: keptRuns,
    recovery_points: keptPoints,
    repositories: said.repositories.map(withoutDeclarations),
    retention: said.retention
      .filter((one) => one.source !== 'declared')
      .map((one) => ({
        ...one,
        observed_oldest_at: one.observed_oldest_at === null ? null : clock(one.observed_oldest_at),
      })),
    verifications: said.verifications.map((one) => ({ ...one, ended_at: clock(one.ended_at) })),
    restore_tests: said.restore_tests.map((one) => ({ ...one, ended_at: clock(one.ended_at) })),
    restore_drills: said.restore_drills.map((one) => ({ ...one, ended_at: clock(one.ended_at) })),
  };
  return { report, notes: notesOf(runs.length - keptRuns.length, points.length - keptPoints.length) };
}

type Clock = (at: string) => string;

/** No backup is older than this; a clock that runs thousands of years ahead would say so. */
const OLDEST: Instant = 0;

function clockOf({ sentAt, receivedAt }: ReportReceipt): Clock {
  return (at) => {
    const corrected = correctInstant(Date.parse(at), sentAt, receivedAt).at;
    return new Date(Math.max(corrected, OLDEST)).toISOString();
  };
}

type Run = AgentReport['runs'][number];

function correctRun(run: Run, clock: Clock): Run {
  return {
    ...run,
    started_at: run.started_at === null ? null : clock(run.started_at),
    ended_at: run.ended_at === null ? null : clock(run.ended_at),
  };
}

function correctPoint(
  point: ReportedPoint,
  clock: Clock,
  { receivedAt }: ReportReceipt,
): NormalisedReport['recovery_points'][number] {
  return {
    ...point,
    taken_at: clock(point.taken_at),
    completed_at: point.completed_at === null ? null : clock(point.completed_at),
    first_seen_at: new Date(receivedAt).toISOString(),
  };
}

/** When a run happened, as far as the report says. */
export function runInstant(
  run: Pick<Run, 'started_at' | 'ended_at' | 'scheduled_at'>,
  receivedAt: Instant,
): Instant {
  const at = run.started_at ?? run.ended_at ?? run.scheduled_at;
  return at === null ? receivedAt : Date.parse(at);
}

function isBelievableRun(run: Run, { receivedAt }: ReportReceipt): boolean {
  const at = runInstant(run, receivedAt);
  return at <= receivedAt + DAY && at >= receivedAt - RUN_AGE_MAX;
}

/** What a machine declares is a proposal for a technician, never a fact. */
function withoutDeclarations(said: AgentReport['repositories'][number]): AgentReport['repositories'][number] {
  return {
    ...said,
    media: kept(said.media),
    site: kept(said.site),
    offsite: kept(said.offsite),
    encryption: kept(said.encryption),
    immutability: kept(said.immutability),
  };
}

function kept<T extends { source: string }>(value: T | null): T | null {
  return value?.source === 'declared' ? null : value;
}

function notesOf(runs: number, points: number): string[] {
  const notes: string[] = [];
  if (runs > 0) notes.push(`${runs} runs were left out: older than 14 months or more than a day ahead.`);
  if (points > 0) notes.push(`${points} recovery points were left out: more than a day ahead.`);
  return notes;
}
