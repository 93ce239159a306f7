import { z } from 'zod';
import type { ExpectedRun, ScheduledRun } from '../schedule/expected-runs';
import { DAY, type Instant } from '../time/instant';
import { lastDays, type ZonedDay } from '../time/zoned-day';
import type { RunFacts } from './facts';

/** What a job's day is called; `missed` and `no-data` never look alike. */
export type JobDayOutcome =
  'success' | 'warning' | 'failed' | 'missed' | 'excused' | 'no-data' | 'not-scheduled' | 'not-yet-due';

type DayRun = Pick<RunFacts, 'status' | 'at' | 'isPartial'>;

/** An expected run as far as its day needs it; `run` is the very object that stands among the job's runs. */
export type DueRun<Run extends DayRun> = Pick<ExpectedRun<ScheduledRun>, 'dueAt' | 'state'> & {
  run: Run | null;
  /** What excuses it where it is excused; left out: maintenance. */
  excuse?: 'maintenance' | 'system-off';
};

export interface JobDay<Run extends DayRun> extends ZonedDay {
  outcome: JobDayOutcome;
  /** The runs that decided it, oldest first: those that met what was due on the day, and others that began on it. */
  runs: readonly Run[];
  /** What was due on the day, oldest first; empty for a job without a schedule. */
  due: readonly DueRun<Run>[];
}

export const dayRule = z.enum(['worst', 'last', 'best', 'warning-if-mixed']);
/**
 * Which of several outcomes names the day (domain.md, 'Runs, days'): the worst (preset), the last, the best; or a warning where some were
 * good and some were not. A missed run is an outcome like another. Being blind is better than a warning and worse than a success,
 * except to `best`, which it never helps.
 */
export type DayRule = z.infer<typeof dayRule>;

/** How a job's days are named. `expected` null: nobody said when it is due; else what was due from `since` on. */
export interface DayPlan<Run extends DayRun> {
  rule: DayRule;
  expected: { since: Instant; runs: readonly DueRun<Run>[] } | null;
}

interface Heard {
  since: Instant | null;
  until: Instant | null;
}

interface Told {
  at: Instant;
  outcome: JobDayOutcome;
  /** Whether it is known how it ended, or that we were blind; else it names a day only where nothing else does. */
  isSettled: boolean;
}

const WORST_FIRST: readonly JobDayOutcome[] = ['failed', 'missed', 'warning', 'no-data', 'success'];
const BEST_FIRST: readonly JobDayOutcome[] = ['success', 'warning', 'failed', 'missed', 'no-data'];

const UNSETTLED: readonly JobDayOutcome[] = ['no-data', 'not-yet-due', 'excused'];

/**
 * The last 30 days (or `count`) of a job, oldest first: by the rule of its plan over the runs of the day. What met a due time counts on
 * the day on which it was due, whenever it began; late, it is a warning at best. A day on which all that was due was excused is
 * `excused`; one on which nothing was due, `not-scheduled`.
 * Without a schedule: a day before anything was heard of the job (`heard.since`, null: nothing ever) or after it was last heard
 * (`heard.until`) is `no-data`; today without a run is `not-yet-due` while the job was heard yesterday or later.
 */
export function jobDays<Run extends DayRun>(
  runs: readonly Run[],
  heard: Heard,
  timeZone: string,
  dayStartHour: number,
  now: Instant,
  count = 30,
  plan: DayPlan<Run> = { rule: 'worst', expected: null },
): JobDay<Run>[] {
  const { expected } = plan;
  const placed = new Set(expected?.runs.map(({ run }) => run));
  // where a schedule says what was missed, a record of it says nothing more
  const others = runs.filter(
    (run) => run.at <= now && !placed.has(run) && (expected === null || run.status !== 'missed'),
  );
  return lastDays(count, timeZone, dayStartHour, now).map((day) => {
    const isOfDay = (at: Instant) => at >= day.startsAt && at < day.endsAt;
    const due = (expected?.runs ?? []).filter((one) => isOfDay(one.dueAt));
    const met = due.flatMap(({ run }) => (run === null ? [] : [run]));
    const own = others.filter((run) => isOfDay(run.at));
    const told = [...due.map(dueTold), ...own.map(runTold)];
    const isPlanned = expected !== null && day.endsAt > expected.since;
    const empty = isPlanned ? 'not-scheduled' : emptyDay(day, heard, now);
    return {
      ...day,
      outcome: told.length > 0 ? dayOutcome(told, plan.rule) : empty,
      runs: [...met, ...own].toSorted((a, b) => a.at - b.at),
      due: due.toSorted((a, b) => a.dueAt - b.dueAt),
    };
  });
}

function dueTold<Run extends DayRun>({ dueAt, state, run }: DueRun<Run>): Told {
  const told = run === null ? null : runTold(run);
  switch (state) {
    case 'met':
    case 'late':
      if (told === null) return { at: dueAt, outcome: 'no-data', isSettled: false };
      return state === 'late' && told.outcome === 'success' ? { ...told, outcome: 'warning' } : told;
    case 'open':
      return { at: dueAt, outcome: 'not-yet-due', isSettled: false };
    case 'excused':
      return { at: dueAt, outcome: 'excused', isSettled: false };
    case 'missed':
    case 'no-data':
      return { at: dueAt, outcome: state, isSettled: true };
  }
}

function runTold(run: DayRun): Told {
  const outcome = outcomeOf(run);
  return { at: run.at, outcome, isSettled: outcome !== 'no-data' };
}

function dayOutcome(told: readonly Told[], rule: DayRule): JobDayOutcome {
  const settled = told.filter(({ isSettled }) => isSettled);
  return settled.length > 0 ? byRule(settled, rule) : firstOf(UNSETTLED, outcomesOf(told));
}

function byRule(told: readonly Told[], rule: DayRule): JobDayOutcome {
  const outcomes = outcomesOf(told);
  switch (rule) {
    case 'worst':
      return firstOf(WORST_FIRST, outcomes);
    case 'best':
      return firstOf(BEST_FIRST, outcomes);
    case 'last': {
      const lastAt = Math.max(...told.map(({ at }) => at));
      return firstOf(WORST_FIRST, outcomesOf(told.filter(({ at }) => at === lastAt)));
    }
    case 'warning-if-mixed': {
      const known = new Set(outcomes.filter((outcome) => outcome !== 'no-data'));
      const isMixed = known.size > 1 && (known.has('success') || known.has('warning'));
      return isMixed ? 'warning' : firstOf(WORST_FIRST, outcomes);
    }
  }
}

function outcomesOf(told: readonly Told[]): JobDayOutcome[] {
  return told.map(({ outcome }) => outcome);
}

function firstOf(order: readonly JobDayOutcome[], outcomes: readonly JobDayOutcome[]): JobDayOutcome {
  return order.find((outcome) => outcomes.includes(outcome)) ?? 'no-data';
}

/** A run that goes on or that nobody could read says nothing yet. */
function outcomeOf(run: Pick<RunFacts, 'status' | 'isPartial'>): JobDayOutcome {
  switch (run.status) {
    case 'success':
      return run.isPartial ? 'warning' : 'success';
    case 'warning':
    case 'cancelled':
      return 'warning';
    case 'failed':
    case 'missed':
      return run.status;
    case 'running':
    case 'unknown':
      return 'no-data';
  }
}

function emptyDay(day: ZonedDay, heard: Heard, now: Instant): JobDayOutcome {
  if (heard.since === null || day.endsAt <= heard.since) return 'no-data';
  if (now < day.endsAt && heard.until !== null && heard.until >= day.startsAt - DAY) return 'not-yet-due';
  return heard.until !== null && day.startsAt > heard.until ? 'no-data' : 'not-scheduled';
}
