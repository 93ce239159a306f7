import type { RunFacts } from '../protection/facts';
import { MINUTE, SECOND, type Instant } from '../time/instant';
import { absenceAt, type Absence } from './absence';
import { deadlineOf, isCovered, mergeOutages, type Outage } from './deadline';
import { windowAt, type MaintenanceWindow } from './maintenance';
import { latestOccurrence, nextOccurrence, occurrences, type Occurrence } from './occurrences';
import type { Schedule } from './schedule';

/**
 * What became of one occurrence.
 * - `open`: it may still be met.
 * - `met`: a run began at the deadline or before. How it ended is the run's own affair.
 * - `late`: a run began after the deadline, before the next was due.
 * - `missed`: the deadline passed, and we would have heard.
 * - `excused`: due in a maintenance window, or while the system was off by somebody's word.
 * - `no-data`: the deadline passed, but we (or the agent) were blind from due time to deadline.
 */
export type ExpectedRunState = 'open' | 'met' | 'late' | 'missed' | 'excused' | 'no-data';

/** What the rules need of a run. */
export type ScheduledRun = Pick<RunFacts, 'id' | 'status' | 'at'>;

export interface ExpectedRun<Run extends ScheduledRun> {
  /** Its identity within the job (see `Occurrence`). */
  nominal: string;
  dueAt: Instant;
  /** Due time plus lateness, extended over outages of our own (see `deadlineOf`); given up at this instant. null: an outage goes on. */
  deadline: Instant | null;
  state: ExpectedRunState;
  /** The run that met it, in time or late; null: none did. */
  run: Run | null;
  /** What the state dates from: for `met` and `late` the start of the run, for `missed` and `no-data` the deadline, else null. */
  since: Instant | null;
  /** The window in which it was due, whatever became of it. */
  maintenance: MaintenanceWindow | null;
  /** That the system was off when it was due, whatever became of it. */
  absence: Absence | null;
}

/** What is promised of a job, and what may excuse it. */
export interface Expectation {
  schedule: Schedule;
  /** IANA zone of the site. */
  timeZone: string;
  /** How long after its due time a run may begin, in seconds. */
  latenessSeconds: number;
  /** After how long a run that did not end is stalled, in seconds. */
  greatestDurationSeconds: number;
  /** Nothing that was due before is expected: since when the job is known and the schedule holds, or as far back as is asked. */
  since: Instant;
  /** Outages of our own, in any order. */
  outages: readonly Outage[];
  maintenance: readonly MaintenanceWindow[];
  /** When its system was declared off, in any order. */
  absences: readonly Absence[];
  /** How long the system may be away, in seconds; null: nobody set a limit. */
  offlineToleranceSeconds: number | null;
  contact: Contact;
}

/**
 * How we hear of the job.
 * - `agent`: a program that is heard apart from runs, so that its silence means that we are blind. `lastHeardAt` null: never heard.
 * - `runs-only`: pings, mails, webhooks: only runs are heard, so silence means that none came.
 */
export type Contact = { kind: 'agent'; lastHeardAt: Instant | null } | { kind: 'runs-only' };

export interface ExpectedRuns<Run extends ScheduledRun> {
  /** All due from `since` on, oldest first; the last one is the next that is due after `now`. */
  expected: ExpectedRun<Run>[];
  /** Runs since then that met none of them (repeats, runs by hand), oldest first. */
  others: Run[];
  /** Runs that go on past their greatest duration, and since when they count as stalled. A later report of their end takes them off. */
  stalled: { run: Run; stalledAt: Instant }[];
  /** The first instant after `now` at which any of this differs if nothing new is heard; null: never. */
  changesAt: Instant | null;
}

/** Clocks of machines differ by this much where nobody notices. */
const EARLY_MIN = 5 * MINUTE;

/**
 * Which runs were due and what became of each (domain.md, 'Runs, days' and 'Schedules and time'; docs/decisions/schedules.md).
 *
 * Every run belongs to the occurrence whose window holds its start: windows follow one another without a gap, each from a little
 * before its due time (the lateness, at least five minutes, at most half the way to the one before) until the next one's. A run meets one
 * occurrence at most. In a window with several, one that began in time comes before a late one, then the nearest to the due time; the others
 * may stand in for an occurrence that has none, if they began between its window's start and its deadline (short intervals with
 * long lateness). So the order of runs never matters and one more run never makes anything worse.
 *
 * @param runs in any order; those of the future, and `missed` ones (which no report says), are left out
 */
export function expectedRuns<Run extends ScheduledRun>(
  given: Expectation,
  runs: readonly Run[],
  now: Instant,
): ExpectedRuns<Run> {
  const outages = mergeOutages(given.outages);
  const slots = slotsOf<Run>(given, outages, now);
  const real = runs.filter((run) => run.status !== 'missed').toSorted(byTime);
  const seen = real.filter((run) => run.at <= now);
  placeNearest(slots, seen);
  standIn(slots);
  const met = new Set(slots.map(({ run }) => run));
  const opensAt = slots[0]?.opensAt ?? Infinity;
  const running = real
    .filter((run) => run.status === 'running')
    .map((run) => ({
      run,
      stalledAt: deadlineOf(run.at, given.greatestDurationSeconds * SECOND, outages),
    }));
  const expected = slots.map((slot) => verdictOn(slot, given, outages, now));
  return {
    expected,
    others: seen.filter((run) => run.at >= opensAt && !met.has(run)),
    stalled: running.flatMap(({ run, stalledAt }) =>
      stalledAt !== null && stalledAt <= now ? [{ run, stalledAt }] : [],
    ),
    changesAt: firstAfter(now, [
      ...expected.map((one) => (one.state === 'open' ? one.deadline : null)),
      ...expected.slice(-1).map((one) => one.dueAt),
      ...running.map(({ stalledAt }) => stalledAt),
      ...real.map((run) => (run.at >= opensAt ? run.at : null)),
    ]),
  };
}

/** An occurrence with the window of starts that are its own: [opensAt, opensAt of the next). */
interface Slot<Run> extends Occurrence {
  opensAt: Instant;
  deadline: Instant | null;
  run: Run | null;
  spare: Run[];
}

function slotsOf<Run>(given: Expectation, outages: readonly Outage[], now: Instant): Slot<Run>[] {
  const { schedule, timeZone, since } = given;
  const next = nextOccurrence(schedule, timeZone, Math.max(now, since - 1));
  const due = [...occurrences(schedule, timeZone, since, now + 1), ...(next === null ? [] : [next])];
  const latenessMs = given.latenessSeconds * SECOND;
  let before = latestOccurrence(schedule, timeZone, since - 1)?.at ?? -Infinity;
  return due.map((occurrence) => {
    const { at } = occurrence;
    const earlyMs = Math.min(Math.max(latenessMs, EARLY_MIN), Math.floor((at - before) / 2));
    before = at;
    const deadline = deadlineOf(at, latenessMs, outages);
    return { ...occurrence, opensAt: at - earlyMs, deadline, run: null, spare: [] };
  });
}

function byTime(a: ScheduledRun, b: ScheduledRun): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}

function isInTime(run: ScheduledRun, deadline: Instant | null): boolean {
  return deadline === null || run.at <= deadline;
}

/** Gives every run to the window that holds its start, and every window the best of its own. */
function placeNearest<Run extends ScheduledRun>(slots: readonly Slot<Run>[], runs: readonly Run[]): void {
  let index = 0;
  for (const run of runs) {
    while ((slots[index + 1]?.opensAt ?? Infinity) <= run.at) index++;
    const slot = slots[index];
    if (slot !== undefined && run.at >= slot.opensAt) slot.spare.push(run);
  }
  for (const slot of slots) {
    const inTime = slot.spare.filter((run) => isInTime(run, slot.deadline));
    slot.run = nearest(inTime.length > 0 ? inTime : slot.spare, slot.at);
    slot.spare = slot.spare.filter((run) => run !== slot.run);
  }
}

function nearest<Run extends ScheduledRun>(runs: readonly Run[], at: Instant): Run | null {
  let best: Run | null = null;
  for (const run of runs) if (best === null || Math.abs(run.at - at) < Math.abs(best.at - at)) best = run;
  return best;
}

/** Oldest occurrence first takes the oldest run left over that began in its time: as many are met as can be. */
function standIn<Run extends ScheduledRun>(slots: readonly Slot<Run>[]): void {
  const spare = slots.flatMap((slot) => slot.spare).toSorted(byTime);
  let first = 0;
  for (const slot of slots) {
    if (slot.run !== null) continue;
    while ((spare[first]?.at ?? Infinity) < slot.opensAt) first++;
    const run = spare[first];
    if (run === undefined || !isInTime(run, slot.deadline)) continue;
    slot.run = run;
    first++;
  }
}

function verdictOn<Run extends ScheduledRun>(
  slot: Slot<Run>,
  given: Expectation,
  outages: readonly Outage[],
  now: Instant,
): ExpectedRun<Run> {
  const { nominal, at: dueAt, deadline, run } = slot;
  const maintenance = windowAt(dueAt, given.maintenance, given.timeZone);
  const absence = absenceAt(dueAt, given.absences, given.offlineToleranceSeconds);
  const about = { nominal, dueAt, deadline, run, maintenance, absence };
  if (run !== null && isInTime(run, deadline)) return { ...about, state: 'met', since: run.at };
  if (maintenance !== null || absence !== null) return { ...about, state: 'excused', since: null };
  if (run !== null) return { ...about, state: 'late', since: run.at };
  if (deadline === null || now < deadline) return { ...about, state: 'open', since: null };
  const isBlind = wasBlind(dueAt, given, outages);
  return { ...about, state: isBlind ? 'no-data' : 'missed', since: deadline };
}

/**
 * Whether nothing could be heard of a run that was due: an outage of ours covers all the time it had, or its agent has not been heard
 * since. An agent that is heard again brings what it kept, so from then on its silence excuses nothing.
 */
function wasBlind(dueAt: Instant, given: Expectation, outages: readonly Outage[]): boolean {
  const { contact } = given;
  if (contact.kind === 'agent' && (contact.lastHeardAt === null || contact.lastHeardAt <= dueAt)) return true;
  return isCovered(dueAt, dueAt + given.latenessSeconds * SECOND, outages);
}

function firstAfter(now: Instant, instants: readonly (Instant | null)[]): Instant | null {
  let first: Instant | null = null;
  for (const at of instants) if (at !== null && at > now && (first === null || at < first)) first = at;
  return first;
}
