import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time/instant';
import type { RunFacts } from './facts';
import { dayRule, jobDays, type DayPlan, type DayRule, type DueRun } from './job-days';
import { expectedRuns } from '../schedule/expected-runs';

const NOON = Date.UTC(2026, 10, 17, 12);
type Run = Pick<RunFacts, 'status' | 'at' | 'isPartial'>;
const run = (at: number, status: Run['status'], isPartial = false): Run => ({ at, status, isPartial });
const heard = { since: NOON - 20 * DAY, until: NOON };
const outcomes = (runs: readonly Run[], count: number, known: Parameters<typeof jobDays>[1] = heard) =>
  jobDays(runs, known, 'UTC', 0, NOON, count).map((day) => day.outcome);

test('a day is the worst of its runs', () => {
  const runs = [
    run(NOON - 2 * HOUR, 'success'),
    run(NOON - HOUR, 'failed'),
    run(NOON - DAY, 'success'),
    run(NOON - DAY - HOUR, 'warning'),
    run(NOON - 2 * DAY, 'success'),
    run(NOON - 3 * DAY, 'missed'),
    run(NOON - 3 * DAY - HOUR, 'success'),
  ];
  expect(outcomes(runs, 4)).toEqual(['missed', 'success', 'warning', 'failed']);
});

test('a success in which items failed is a warning, and so is a run that was cancelled', () => {
  expect(outcomes([run(NOON - HOUR, 'success', true)], 1)).toEqual(['warning']);
  expect(outcomes([run(NOON - HOUR, 'cancelled')], 1)).toEqual(['warning']);
});

test('a run that goes on, or whose end nobody could read, says nothing: never success', () => {
  expect(outcomes([run(NOON - HOUR, 'running')], 1)).toEqual(['no-data']);
  expect(outcomes([run(NOON - HOUR, 'unknown')], 1)).toEqual(['no-data']);
});

test('a day without runs is not scheduled while we were listening, and no data while we were blind', () => {
  expect(outcomes([], 2)).toEqual(['not-scheduled', 'not-yet-due']);
  expect(outcomes([], 2, { since: null, until: null })).toEqual(['no-data', 'no-data']);
  expect(outcomes([], 3, { since: NOON - 37 * HOUR, until: NOON - 37 * HOUR })).toEqual([
    'not-scheduled',
    'no-data',
    'no-data',
  ]);
});

test('today is not yet due while the job was heard since yesterday began, and no data once it was not', () => {
  const yesterday = Date.UTC(2026, 10, 16);
  expect(outcomes([], 1, { since: 0, until: yesterday })).toEqual(['not-yet-due']);
  expect(outcomes([], 1, { since: 0, until: yesterday - 1 })).toEqual(['no-data']);
});

test('a day keeps its runs, oldest first, and none of the future', () => {
  const runs = [run(NOON + HOUR, 'failed'), run(NOON - HOUR, 'success'), run(NOON - 2 * HOUR, 'failed')];
  const [day] = jobDays(runs, heard, 'UTC', 0, NOON, 1);
  expect(day?.runs.map((one) => one.at)).toEqual([NOON - 2 * HOUR, NOON - HOUR]);
});

const due = (dueAt: number, state: DueRun<Run>['state'], one: Run | null = null): DueRun<Run> => ({
  dueAt,
  state,
  run: one,
});
const night = (day: number) => Date.UTC(2026, 10, day, 2);

describe('with a schedule', () => {
  const planned = (
    runs: readonly DueRun<Run>[],
    rule: DayRule = 'worst',
    others: readonly Run[] = [],
    count = 1,
  ): string[] => {
    const plan: DayPlan<Run> = { rule, expected: { since: NOON - 20 * DAY, runs } };
    const all = [...others, ...runs.flatMap((one) => (one.run === null ? [] : [one.run]))];
    return jobDays(all, heard, 'UTC', 0, NOON, count, plan).map((day) => day.outcome);
  };

  test('a day says what became of what was due on it', () => {
    expect(planned([due(NOON - HOUR, 'met', run(NOON - HOUR, 'success'))])).toEqual(['success']);
    expect(planned([due(NOON - HOUR, 'met', run(NOON - HOUR, 'failed'))])).toEqual(['failed']);
    expect(planned([due(NOON - HOUR, 'missed')])).toEqual(['missed']);
    expect(planned([due(NOON - HOUR, 'excused')])).toEqual(['excused']);
    expect(planned([due(NOON - HOUR, 'no-data')])).toEqual(['no-data']);
    expect(planned([due(NOON + HOUR, 'open')])).toEqual(['not-yet-due']);
    expect(planned([])).toEqual(['not-scheduled']);
  });

  test('a late success is a warning, a late failure a failure', () => {
    expect(planned([due(NOON - 3 * HOUR, 'late', run(NOON - HOUR, 'success'))])).toEqual(['warning']);
    expect(planned([due(NOON - 3 * HOUR, 'late', run(NOON - HOUR, 'failed'))])).toEqual(['failed']);
  });

  test('a run counts on the day on which it was due, not on which it began', () => {
    const midnight = Date.UTC(2026, 10, 17);
    const late = run(midnight + HOUR, 'failed');
    expect(planned([due(midnight - MINUTE, 'met', late)], 'worst', [], 2)).toEqual([
      'failed',
      'not-scheduled',
    ]);
  });

  test('a run that goes on says nothing yet, and what is still due changes nothing', () => {
    const going = due(NOON - HOUR, 'met', run(NOON - HOUR, 'running'));
    expect(planned([going])).toEqual(['no-data']);
    const good = due(NOON - 2 * HOUR, 'met', run(NOON - 2 * HOUR, 'success'));
    expect(planned([good, going, due(NOON + HOUR, 'open'), due(NOON - 3 * HOUR, 'excused')])).toEqual([
      'success',
    ]);
  });

  test('runs that nobody expected count as well, but a record of a missed run does not', () => {
    const good = due(NOON - 2 * HOUR, 'met', run(NOON - 2 * HOUR, 'success'));
    expect(planned([good], 'worst', [run(NOON - HOUR, 'failed')])).toEqual(['failed']);
    expect(planned([good], 'worst', [run(NOON - HOUR, 'missed')])).toEqual(['success']);
  });

  test('days before the schedule held are as they were without one', () => {
    const plan: DayPlan<Run> = { rule: 'worst', expected: { since: NOON, runs: [due(NOON, 'missed')] } };
    expect(jobDays([], heard, 'UTC', 0, NOON, 2, plan).map((day) => day.outcome)).toEqual([
      'not-scheduled',
      'missed',
    ]);
    const neverHeard = { since: null, until: null };
    expect(jobDays([], neverHeard, 'UTC', 0, NOON, 2, plan).map((day) => day.outcome)).toEqual([
      'no-data',
      'missed',
    ]);
  });

  const good = due(NOON - 4 * HOUR, 'met', run(NOON - 4 * HOUR, 'success'));
  const warned = due(NOON - 3 * HOUR, 'met', run(NOON - 3 * HOUR, 'warning'));
  const failed = due(NOON - 2 * HOUR, 'met', run(NOON - 2 * HOUR, 'failed'));
  const missed = due(NOON - HOUR, 'missed');
  const blind = due(NOON - HOUR, 'no-data');
  test.each([
    ['worst', [good, failed, missed], 'failed'],
    ['worst', [good, warned, missed], 'missed'],
    ['worst', [good, warned, blind], 'warning'],
    ['worst', [good, blind], 'no-data'],
    ['best', [good, failed, missed], 'success'],
    ['best', [failed, missed], 'failed'],
    ['best', [failed, blind], 'failed'],
    ['best', [missed, blind], 'missed'],
    ['last', [good, failed], 'failed'],
    ['last', [failed, missed], 'missed'],
    ['last', [good, blind], 'no-data'],
    ['last', [warned, good], 'warning'],
    ['warning-if-mixed', [good, failed], 'warning'],
    ['warning-if-mixed', [good, missed], 'warning'],
    ['warning-if-mixed', [good, good], 'success'],
    ['warning-if-mixed', [failed, failed], 'failed'],
    ['warning-if-mixed', [failed, missed], 'failed'],
    ['warning-if-mixed', [good, blind], 'no-data'],
  ] as const)('by the rule %s (case %#) the day is named as it should', (rule, runs, outcome) => {
    expect(planned(runs, rule)).toEqual([outcome]);
    expect(planned(runs.toReversed(), rule)).toEqual([outcome]);
  });

  test.each(dayRule.options)('by the rule %s a single outcome names its day', (rule) => {
    for (const [one, outcome] of [
      [good, 'success'],
      [warned, 'warning'],
      [failed, 'failed'],
      [missed, 'missed'],
      [blind, 'no-data'],
    ] as const)
      expect(planned([one], rule)).toEqual([outcome]);
  });

  test('the rule holds without a schedule too', () => {
    const runs = [run(NOON - 2 * HOUR, 'failed'), run(NOON - HOUR, 'success')];
    const by = (rule: DayRule) =>
      jobDays(runs, heard, 'UTC', 0, NOON, 1, { rule, expected: null }).map((day) => day.outcome);
    expect(by('worst')).toEqual(['failed']);
    expect(by('best')).toEqual(['success']);
    expect(by('last')).toEqual(['success']);
    expect(by('warning-if-mixed')).toEqual(['warning']);
  });

  test('a week of a nightly job reads as it happened, by the site’s clock and the hour at which its day starts', () => {
    // due at 02:00 of Leeds, which with a day that starts at 06:00 is the night of the day before
    const runs = [
      { id: 'a', ...run(night(12) + MINUTE, 'success') },
      { id: 'b', ...run(night(13) + 5 * HOUR, 'success') },
      { id: 'c', ...run(night(15), 'failed') },
    ];
    const since = Date.UTC(2026, 10, 11, 6);
    const { expected } = expectedRuns(
      {
        schedule: { kind: 'cron', expression: '0 2 * * *' },
        timeZone: 'Europe/London',
        latenessSeconds: 3600,
        greatestDurationSeconds: 28_800,
        since,
        outages: [],
        absences: [],
        offlineToleranceSeconds: null,
        maintenance: [{ kind: 'once', name: 'move', from: night(14), until: night(14) + HOUR }],
        contact: { kind: 'agent', lastHeardAt: night(16) + HOUR },
      },
      runs,
      NOON,
    );
    const plan = { rule: 'worst', expected: { since, runs: expected } } as const;
    const days = jobDays(runs, heard, 'Europe/London', 6, NOON, 7, plan);
    expect(days.map((day) => `${day.date} ${day.outcome}`)).toEqual([
      '2026-11-11 success',
      '2026-11-12 warning',
      '2026-11-13 excused',
      '2026-11-14 failed',
      '2026-11-15 missed',
      '2026-11-16 no-data',
      '2026-11-17 not-yet-due',
    ]);
    expect(days[1]?.due).toMatchObject([{ nominal: '2026-11-13T02:00', state: 'late' }]);
    expect(days[1]?.runs).toEqual([runs[1]]);
  });
});
