import { DAY, type Instant } from '../time/instant';
import { lastDays, type ZonedDay } from '../time/zoned-day';
import type { RunFacts } from './facts';

/** What a job's day is called; `missed` and `no-data` never look alike. */
export type JobDayOutcome =
  'success' | 'warning' | 'failed' | 'missed' | 'no-data' | 'not-scheduled' | 'not-yet-due';

export interface JobDay<Run> extends ZonedDay {
  outcome: JobDayOutcome;
  /** The runs of the day that decided it, oldest first. */
  runs: readonly Run[];
}

const WORST_FIRST: readonly JobDayOutcome[] = ['failed', 'missed', 'warning', 'success'];

/**
 * The last 30 days (or `count`) of a job, oldest first: the worst of its runs that started on the day. A day before anything
 * was heard of the job (`heard.since`, null: nothing ever) or after it was last heard (`heard.until`) is `no-data`; today without
 * a run is `not-yet-due` while the job was heard yesterday or later.
 */
export function jobDays<Run extends Pick<RunFacts, 'status' | 'at' | 'isPartial'>>(
  runs: readonly Run[],
  heard: { since: Instant | null; until: Instant | null },
  timeZone: string,
  dayStartHour: number,
  now: Instant,
  count = 30,
): JobDay<Run>[] {
  const sorted = runs.filter((run) => run.at <= now).toSorted((a, b) => a.at - b.at);
  return lastDays(count, timeZone, dayStartHour, now).map((day) => {
    const own = sorted.filter((run) => run.at >= day.startsAt && run.at < day.endsAt);
    return { ...day, outcome: worstOf(own) ?? emptyDay(day, heard, now), runs: own };
  });
}

function worstOf(runs: readonly Pick<RunFacts, 'status' | 'isPartial'>[]): JobDayOutcome | null {
  const outcomes = runs.map(outcomeOf);
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? (runs.length > 0 ? 'no-data' : null);
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

function emptyDay(
  day: ZonedDay,
  heard: { since: Instant | null; until: Instant | null },
  now: Instant,
): JobDayOutcome {
  if (heard.since === null || day.endsAt <= heard.since) return 'no-data';
  if (now < day.endsAt && heard.until !== null && heard.until >= day.startsAt - DAY) return 'not-yet-due';
  return heard.until !== null && day.startsAt > heard.until ? 'no-data' : 'not-scheduled';
}
