import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../time/instant';
import { localAt } from '../time/zone-clock';
import { occurrences } from './occurrences';
import type { Schedule } from './schedule';
import { scheduleWords } from './schedule-words';

/** So much must have been seen before anything is proposed; days are rounded, so that eight nights are seven days. */
const RUNS_MIN = 7;
const DAYS_MIN = 7;
/** Of a hundred runs so many must fit, and of a hundred due times so many must have had one. */
const FITTING_MIN = 0.8;
const KEPT_MIN = 0.8;
/** A less plain schedule must explain so much more. */
const BETTER_MIN = 0.02;
/** A run fits when it began so long before its time at most, or so long after; a short interval allows less. */
const EARLY_MAX = 5 * MINUTE;
const LATE_MAX = 60 * MINUTE;

/** A schedule that a job's history looks like. It is a proposal: a person accepts it, nothing applies it by itself. */
export interface ProposedSchedule {
  kind: 'proposed';
  schedule: Schedule;
  /** 'weekdays 21:00'. */
  words: string;
  /** 'Looks like weekdays 21:00: 34 of 36 runs fit, and 34 of 35 due times had one.' */
  sentence: string;
  fittingRuns: number;
  runs: number;
  /** How many times it would have been due between the first and the last run. */
  dueTimes: number;
}

/** Nothing is proposed, and why, in a sentence. */
export interface NoSchedule {
  kind: 'none';
  reason: 'too-few-runs' | 'too-short' | 'no-pattern';
  sentence: string;
}

/** Intervals that people choose, longest first: of two that explain as much the first is taken. */
const INTERVAL_MINUTES = [2880, 720, 480, 360, 240, 180, 120, 60, 30, 20, 15, 10, 5];
/** So many times of day at most; a time at which fewer than a tenth of the runs gather is none. */
const TIMES_MAX = 4;
const GROUP_MIN = 0.1;
/** How far apart the starts of one time may lie to be taken to the minute, and to five minutes. */
const TIGHT = 3 * MINUTE;
const WIDE = 20 * MINUTE;

interface Candidate {
  schedule: Schedule;
  /** The least time between two due times. */
  periodMs: number;
}

/**
 * What schedule a job's history looks like, in the local time of its site, so that a change of clocks is none of the schedule. Tried are
 * intervals from five minutes to two days, and times of day (up to four) on all days, on weekdays that recur, or on one day of the month;
 * each is held against the runs by its due times. At least seven runs over at least seven days must fit,
 * and eight in ten of the runs and of the due times. Of those that do, the one that explains most; then the plainest.
 * @param startedAt when its runs began, in any order; runs that were recorded as missed are none
 */
export function learnSchedule(
  startedAt: readonly Instant[],
  timeZone: string,
): ProposedSchedule | NoSchedule {
  const starts = startedAt.toSorted((a, b) => a - b);
  const first = starts[0] ?? 0;
  const days = Math.round(((starts.at(-1) ?? 0) - first) / DAY);
  if (starts.length < RUNS_MIN)
    return none(
      'too-few-runs',
      `Only ${runsText(starts.length)} seen; a pattern takes at least ${RUNS_MIN}.`,
    );
  if (days < DAYS_MIN)
    return none(
      'too-short',
      `Its ${starts.length} runs lie within ${days < 1 ? 'a day' : `${days} days`} or so; a pattern takes at least ${DAYS_MIN} days.`,
    );
  let best: ProposedSchedule | null = null;
  for (const candidate of candidatesOf(starts, timeZone)) {
    const proposal = fit(candidate, starts, timeZone);
    if (proposal !== null && (best === null || share(proposal) > share(best) + BETTER_MIN)) best = proposal;
  }
  return (
    best ?? none('no-pattern', `No schedule explains ${FITTING_MIN * 100} % of its ${starts.length} runs.`)
  );
}

function none(reason: NoSchedule['reason'], sentence: string): NoSchedule {
  return { kind: 'none', reason, sentence };
}

function runsText(count: number): string {
  return count === 1 ? '1 run was' : `${count} runs were`;
}

function share({ fittingRuns, runs, dueTimes }: ProposedSchedule): number {
  return Math.min(fittingRuns / runs, fittingRuns / dueTimes);
}

/** Null: too few of the runs, or of the due times, have their counterpart. */
function fit(candidate: Candidate, starts: readonly Instant[], timeZone: string): ProposedSchedule | null {
  const earlyMs = Math.min(EARLY_MAX, candidate.periodMs / 8);
  const lateMs = Math.min(LATE_MAX, candidate.periodMs / 4);
  const from = (starts[0] ?? 0) - lateMs;
  const due = occurrences(candidate.schedule, timeZone, from, (starts.at(-1) ?? 0) + earlyMs + 1);
  let index = 0;
  const fitting = due.filter(({ at }) => {
    while ((starts[index] ?? Infinity) < at - earlyMs) index++;
    return (starts[index] ?? Infinity) <= at + lateMs;
  }).length;
  const { length: runs } = starts;
  if (fitting < RUNS_MIN || fitting < runs * FITTING_MIN || fitting < due.length * KEPT_MIN) return null;
  const words = scheduleWords(candidate.schedule);
  const sentence = `Looks like ${words}: ${fitting} of ${runs} runs fit, and ${fitting} of ${due.length} due times had one.`;
  return {
    kind: 'proposed',
    schedule: candidate.schedule,
    words,
    sentence,
    fittingRuns: fitting,
    runs,
    dueTimes: due.length,
  };
}

/** Plainest first: what comes later must explain more. */
function candidatesOf(starts: readonly Instant[], timeZone: string): Candidate[] {
  const locals = starts.map((at) => localAt(at, timeZone));
  const spanMs = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  const intervals = INTERVAL_MINUTES.filter((minutes) => {
    const due = spanMs / (minutes * MINUTE);
    return due * KEPT_MIN <= starts.length + 2 && due + 2 >= starts.length * FITTING_MIN;
  });
  return [...intervals.map((minutes) => intervalOf(minutes, locals)), ...timesOfDay(locals)];
}

function intervalOf(minutes: number, locals: readonly number[]): Candidate {
  const periodMs = minutes * MINUTE;
  const start = usualStart(densest(locals, periodMs, periodMs / 4)) % periodMs;
  const anchor = Math.floor((locals[0] ?? 0) / periodMs) * periodMs + start;
  return {
    schedule: {
      kind: 'interval',
      seconds: minutes * 60,
      anchor: new Date(anchor).toISOString().slice(0, 16),
    },
    periodMs,
  };
}

/** Times of day at which runs gather, on the days on which they do. */
function timesOfDay(locals: readonly number[]): Candidate[] {
  const times = gatheredTimes(locals).toSorted((a, b) => a - b);
  const [first] = times;
  const minutes = new Set(times.map((time) => time % HOUR));
  if (first === undefined || minutes.size > 1) return [];
  const hours = times.map((time) => Math.floor(time / HOUR));
  const periodMs = Math.min(...times.map((time, index) => (times[index + 1] ?? first + DAY) - time));
  // a run a little after midnight may be of the day before
  const days = locals.map((local) => new Date(local - first + EARLY_MAX));
  return ['* * *', weekdaysOf(days, times.length), `${usualOf(days.map((day) => day.getUTCDate()))} * *`].map(
    (dayFields) => ({
      schedule: { kind: 'cron', expression: `${(first % HOUR) / MINUTE} ${hours.join(',')} ${dayFields}` },
      periodMs,
    }),
  );
}

/** The times of day, in milliseconds after midnight, at which runs gather: the most frequent first. */
function gatheredTimes(locals: readonly number[]): number[] {
  const times: number[] = [];
  let left = [...locals];
  while (times.length < TIMES_MAX) {
    const group = densest(left, DAY, EARLY_MAX + LATE_MAX);
    if (group.length < locals.length * GROUP_MIN) break;
    times.push(usualStart(group) % DAY);
    const taken = new Set(group.map((phase) => phase % DAY));
    left = left.filter((local) => !taken.has(local % DAY));
  }
  return times;
}

/** The weekdays of at least every other week, as the last fields of a cron table. */
function weekdaysOf(days: readonly Date[], timesADay: number): string {
  const weeks = ((days.at(-1)?.getTime() ?? 0) - (days[0]?.getTime() ?? 0)) / (7 * DAY);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (const day of days) counts[day.getUTCDay()] = (counts[day.getUTCDay()] ?? 0) + 1;
  const weekdays = counts.flatMap((count, weekday) =>
    count * 2 >= weeks * timesADay && count > 0 ? [weekday] : [],
  );
  return `* * ${weekdays.length > 0 ? weekdays.join(',') : '*'}`;
}

function usualOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || a - b)[0]?.[0] ?? 1;
}

/**
 * Of what recurs with a period, the greatest gathering within `widthMs`: how far into the period its members lie, ascending. In one
 * that spans the turn of the period the later ones lie beyond its end.
 */
function densest(locals: readonly number[], periodMs: number, widthMs: number): number[] {
  const phases = locals.map((local) => local % periodMs).toSorted((a, b) => a - b);
  const twice = [...phases, ...phases.map((phase) => phase + periodMs)];
  let best = { from: 0, to: 0 };
  for (let from = 0, to = 0; from < phases.length; from++) {
    while (to < from + phases.length && (twice[to] ?? Infinity) <= (twice[from] ?? 0) + widthMs) to++;
    if (to - from > best.to - best.from) best = { from, to };
  }
  return twice.slice(best.from, best.to);
}

/**
 * The time that starts gather after: to the minute where they lie close together, else to five, or to a quarter of an hour where they
 * are spread wide. Schedulers start late, never early, but for the seconds by which clocks differ. One in twenty may lie before.
 */
function usualStart(starts: readonly number[]): number {
  const early = starts[Math.floor(starts.length * 0.05)] ?? 0;
  const late = starts[Math.floor(starts.length * 0.9)] ?? early;
  if (late - early <= TIGHT) return Math.floor((early + 30 * SECOND) / MINUTE) * MINUTE;
  const roundTo = late - early <= WIDE ? 5 * MINUTE : 15 * MINUTE;
  return Math.floor((early + MINUTE) / roundTo) * roundTo;
}
