import { expectedRuns, type ExpectedRuns, type ScheduledRun } from '../schedule/expected-runs';
import { MINUTE, type Instant } from '../time/instant';
import type { JobFacts, JobPlan } from './facts';

/** What a job lacks of its schedule at one instant; null where nothing. */
export interface ScheduleGaps {
  /** Due times without a run, one after the other up to now; `dueAt` and `deadline` are those of the newest. */
  readonly missed: {
    readonly since: Instant;
    readonly count: number;
    readonly dueAt: Instant;
    readonly deadline: Instant;
  } | null;
  /** The newest run, where it goes on past its greatest duration. */
  readonly stalled: {
    readonly startedAt: Instant;
    readonly stalledAt: Instant;
    /** Its greatest duration, in seconds. */
    readonly secondsMax: number;
  } | null;
}

/** As many in a row are critical, as with runs that failed. */
export const MISSED_REPEATEDLY = 3;
/** How many instants of a schedule are tried for one at which something is missed. */
const STEPS_MAX = 16;
/** While an outage of ours goes on nobody knows when it ends. */
const LOOK_AGAIN = MINUTE;

/**
 * What a job lacks of its schedule (domain.md, `run-missed` and `run-stalled`). A due time that was met, in time or late, ends what was missed
 * before; one that was excused, or of which we could know nothing, ends nothing and adds nothing. A run that ended later makes up
 * for one that never did.
 */
export function scheduleGaps(job: JobFacts, at: Instant): ScheduleGaps {
  return job.plan === null ? NONE : gapsIn(runsExpected(job.plan, at), job.plan, at);
}

const NONE: ScheduleGaps = { missed: null, stalled: null };

function runsExpected({ expectation, runs }: JobPlan, at: Instant): ExpectedRuns<ScheduledRun> {
  return expectedRuns(expectation, runs, at);
}

function gapsIn(found: ExpectedRuns<ScheduledRun>, plan: JobPlan, at: Instant): ScheduleGaps {
  return { missed: missedIn(found), stalled: stalledIn(found, plan, at) };
}

function missedIn({ expected }: ExpectedRuns<ScheduledRun>): ScheduleGaps['missed'] {
  const lastKept = expected.findLastIndex(({ state }) => state === 'met' || state === 'late');
  const inARow = expected
    .slice(lastKept + 1)
    .flatMap(({ state, dueAt, deadline }) =>
      state === 'missed' && deadline !== null ? [{ dueAt, deadline }] : [],
    );
  const [oldest, newest] = [inARow[0], inARow.at(-1)];
  if (oldest === undefined || newest === undefined) return null;
  return { ...newest, since: oldest.deadline, count: inARow.length };
}

function stalledIn(
  { stalled }: ExpectedRuns<ScheduledRun>,
  { runs, expectation }: JobPlan,
  at: Instant,
): ScheduleGaps['stalled'] {
  const [newest] = stalled.toSorted((a, b) => b.run.at - a.run.at);
  if (newest === undefined) return null;
  const isMadeUp = runs.some(
    (run) => run.at > newest.run.at && run.at <= at && run.status !== 'running' && run.status !== 'missed',
  );
  if (isMadeUp) return null;
  const { greatestDurationSeconds: secondsMax } = expectation;
  return { startedAt: newest.run.at, stalledAt: newest.stalledAt, secondsMax };
}

/** When what jobs lack of their schedules changes if nothing new is heard. */
export interface ScheduleHorizon {
  /** In order, each once. */
  readonly boundaries: readonly Instant[];
  /** Nothing was looked for beyond this instant; null: there is nothing beyond. */
  readonly lookAgainAt: Instant | null;
}

export function scheduleHorizon(jobs: readonly JobFacts[], now: Instant): ScheduleHorizon {
  const horizons = jobs.flatMap(({ plan }) => (plan === null ? [] : [horizonOf(plan, now)]));
  const boundaries = new Set(horizons.flatMap((one) => one.boundaries));
  const again = horizons.flatMap((one) => one.lookAgainAt ?? []);
  return {
    boundaries: [...boundaries].toSorted((a, b) => a - b),
    lookAgainAt: again.length === 0 ? null : Math.min(...again),
  };
}

function horizonOf(plan: JobPlan, now: Instant): ScheduleHorizon {
  const boundaries: Instant[] = [];
  let at = now;
  let found = runsExpected(plan, at);
  let essence = essenceOf(gapsIn(found, plan, at));
  const cut = plan.expectation.outages.some(({ until }) => until === null) ? now + LOOK_AGAIN : null;
  for (let step = 0; step < STEPS_MAX; step++) {
    if (isSettled(found, plan, at)) return { boundaries, lookAgainAt: cut };
    if (found.changesAt === null) return { boundaries, lookAgainAt: cut };
    at = found.changesAt;
    found = runsExpected(plan, at);
    const next = essenceOf(gapsIn(found, plan, at));
    if (next !== essence) boundaries.push(at);
    essence = next;
  }
  return { boundaries, lookAgainAt: Math.min(cut ?? Infinity, at) };
}

function essenceOf({ missed, stalled }: ScheduleGaps): string {
  const isRepeated = (missed?.count ?? 0) >= MISSED_REPEATEDLY;
  return JSON.stringify([missed !== null, isRepeated, stalled !== null]);
}

/** Whether nothing can be missed or stall any more that is not yet, if nothing new is heard. */
function isSettled(found: ExpectedRuns<ScheduledRun>, { expectation, runs }: JobPlan, at: Instant): boolean {
  if (runs.some((run) => run.at > at)) return false;
  const running = runs.filter((run) => run.status === 'running').length;
  if (found.stalled.length < running) return false;
  const { contact } = expectation;
  if (contact.kind === 'agent') {
    // what is due later than an agent was heard is nobody's miss
    return !found.expected.some(
      ({ state, dueAt }) => state === 'open' && contact.lastHeardAt !== null && dueAt < contact.lastHeardAt,
    );
  }
  return (missedIn(found)?.count ?? 0) >= MISSED_REPEATEDLY;
}
