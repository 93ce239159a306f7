import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time/instant';
import { expectedRuns, type Expectation, type ScheduledRun } from './expected-runs';

/** A Tuesday. London is on UTC then. */
const MIDNIGHT = Date.UTC(2026, 10, 17);
const DUE = MIDNIGHT + 21 * HOUR;
const DEADLINE = DUE + HOUR;

const NIGHTLY: Expectation = {
  schedule: { kind: 'cron', expression: '0 21 * * *' },
  timeZone: 'Europe/London',
  latenessSeconds: 3600,
  greatestDurationSeconds: 8 * 3600,
  since: MIDNIGHT,
  outages: [],
  maintenance: [],
  absences: [],
  offlineToleranceSeconds: null,
  contact: { kind: 'agent', lastHeardAt: DUE + 30 * DAY },
};
let count = 0;
const run = (at: number, status: ScheduledRun['status'] = 'success'): ScheduledRun => ({
  id: `run ${++count}`,
  at,
  status,
});
const first = (given: Partial<Expectation>, runs: readonly ScheduledRun[], now: number) =>
  expectedRuns({ ...NIGHTLY, ...given }, runs, now).expected[0];
const states = (given: Partial<Expectation>, runs: readonly ScheduledRun[], now: number) =>
  expectedRuns({ ...NIGHTLY, ...given }, runs, now).expected.map(({ state }) => state);

describe('a nightly run', () => {
  test('is open until its deadline and missed at it, with the deadline as its time', () => {
    expect(first({}, [], DUE - DAY)).toMatchObject({
      nominal: '2026-11-17T21:00',
      dueAt: DUE,
      state: 'open',
    });
    expect(first({}, [], DEADLINE - 1)).toMatchObject({ state: 'open', since: null, deadline: DEADLINE });
    expect(first({}, [], DEADLINE)).toMatchObject({ state: 'missed', since: DEADLINE });
    expect(first({}, [], DEADLINE + 9 * HOUR)).toMatchObject({ state: 'missed', since: DEADLINE });
  });

  test('is met by a run that began within an hour of it, before or after, however it ended', () => {
    for (const at of [DUE - HOUR, DUE, DEADLINE])
      expect(first({}, [run(at, 'failed')], DEADLINE)).toMatchObject({ state: 'met', since: at });
    expect(first({}, [run(DUE - HOUR - 1)], DEADLINE)?.state).toBe('missed');
  });

  test('that came after its deadline is late, with its true time, until the next one opens', () => {
    expect(first({}, [run(DEADLINE + 1)], DUE + 2 * DAY)).toMatchObject({
      state: 'late',
      since: DEADLINE + 1,
    });
    expect(states({}, [run(DUE + 23 * HOUR - 1)], DUE + DAY + HOUR)).toEqual(['late', 'missed', 'open']);
    expect(states({}, [run(DUE + 23 * HOUR)], DUE + DAY + HOUR)).toEqual(['missed', 'met', 'open']);
  });

  test('of several in its time has the nearest, and the others are beside it', () => {
    const [early, good, again] = [run(DUE - 20 * MINUTE), run(DUE + 5 * MINUTE), run(DUE + 30 * MINUTE)];
    const seen = expectedRuns(NIGHTLY, [again, early, good], DEADLINE);
    expect(seen.expected[0]?.run).toBe(good);
    expect(seen.others).toEqual([early, again]);
  });

  test('has one that began in time before one that is nearer and late', () => {
    const [early, late] = [run(DUE - 4 * MINUTE), run(DUE + 2 * MINUTE)];
    expect(first({ latenessSeconds: 60 }, [late, early], DEADLINE)).toMatchObject({
      state: 'met',
      run: early,
    });
  });

  test('that was recorded as missed meets nothing', () => {
    expect(first({}, [run(DUE, 'missed')], DEADLINE)?.state).toBe('missed');
  });

  test('is not expected before the schedule holds', () => {
    expect(first({ since: DUE + 1 }, [], DUE + 2)?.nominal).toBe('2026-11-18T21:00');
    expect(first({ since: DUE }, [], DUE + 2)?.nominal).toBe('2026-11-17T21:00');
  });

  test('that begins on time at a lateness of nothing is met', () => {
    expect(first({ latenessSeconds: 0 }, [run(DUE)], DUE)?.state).toBe('met');
    expect(first({ latenessSeconds: 0 }, [], DUE)?.state).toBe('missed');
    expect(first({ latenessSeconds: 0 }, [run(DUE - 5 * MINUTE)], DUE)?.state).toBe('met');
  });
});

describe('an outage of ours', () => {
  const outage = { from: DUE + 50 * MINUTE, until: DUE + 70 * MINUTE };

  test('lengthens the deadline by itself and ten minutes', () => {
    expect(first({ outages: [outage] }, [], DUE)?.deadline).toBe(DEADLINE + 30 * MINUTE);
    expect(first({ outages: [outage] }, [], DEADLINE + 30 * MINUTE - 1)?.state).toBe('open');
    expect(first({ outages: [outage] }, [], DEADLINE + 30 * MINUTE)?.state).toBe('missed');
  });

  test('that began before the due time lengthens it by the rest', () => {
    const outages = [{ from: DUE - 5 * HOUR, until: DUE + 5 * MINUTE }];
    expect(first({ outages }, [], DUE)?.deadline).toBe(DEADLINE + 15 * MINUTE);
  });

  test('that ended long before, or began at the deadline, changes nothing', () => {
    expect(first({ outages: [{ from: DUE - HOUR, until: DUE - 10 * MINUTE }] }, [], DUE)?.deadline).toBe(
      DEADLINE,
    );
    expect(first({ outages: [{ from: DEADLINE, until: DEADLINE + HOUR }] }, [], DUE)?.deadline).toBe(
      DEADLINE,
    );
  });

  test('counts once where it is told twice, and a second one within the longer time counts as well', () => {
    expect(first({ outages: [outage, outage] }, [], DUE)?.deadline).toBe(DEADLINE + 30 * MINUTE);
    const second = { from: DEADLINE + 29 * MINUTE, until: DEADLINE + 39 * MINUTE };
    expect(first({ outages: [second, outage] }, [], DUE)?.deadline).toBe(DEADLINE + 50 * MINUTE);
  });

  test('soon after another counts the ten minutes between them once', () => {
    const outages = [
      { from: DUE + 10 * MINUTE, until: DUE + 20 * MINUTE },
      { from: DUE + 25 * MINUTE, until: DUE + 35 * MINUTE },
    ];
    expect(first({ outages }, [], DUE)?.deadline).toBe(DEADLINE + 35 * MINUTE);
  });

  test('that goes on holds the deadline open', () => {
    const outages = [{ from: DUE + 59 * MINUTE, until: null }];
    expect(first({ outages }, [], DUE + 9 * HOUR)).toMatchObject({ state: 'open', deadline: null });
  });

  test('over the whole time a run had is no data, never missed, and a run still resolves it', () => {
    const outages = [{ from: DUE, until: DEADLINE }];
    const after = DEADLINE + 2 * HOUR;
    expect(first({ outages }, [], after)).toMatchObject({ state: 'no-data', since: DEADLINE + 70 * MINUTE });
    expect(first({ outages }, [run(DUE)], after)?.state).toBe('met');
    expect(first({ outages: [{ from: DUE + 1, until: DEADLINE }] }, [], after)?.state).toBe('missed');
  });
});

const heard = (lastHeardAt: number | null) => ({ contact: { kind: 'agent', lastHeardAt } }) as const;

describe('silence', () => {
  test('of the agent since the run was due is no data; one word after it, and it is missed', () => {
    expect(first(heard(null), [], DEADLINE)?.state).toBe('no-data');
    expect(first(heard(DUE), [], DEADLINE)?.state).toBe('no-data');
    expect(first(heard(DUE + 1), [], DEADLINE)?.state).toBe('missed');
    expect(first(heard(DUE), [], DEADLINE - 1)?.state).toBe('open');
  });

  test('of a channel on which only runs are heard means that none came', () => {
    expect(first({ contact: { kind: 'runs-only' } }, [], DEADLINE)?.state).toBe('missed');
  });
});

describe('a system that is off by somebody’s word', () => {
  const off = { from: DUE - 1000, until: DUE + 1, reason: 'the office is closed' };

  test.each([
    ['until just after it was due', { ...off }, 'excused'],
    ['until it was due', { ...off, until: DUE }, 'missed'],
    ['from when it was due', { ...off, from: DUE }, 'excused'],
    ['from just after', { ...off, from: DUE + 1, until: DUE + 2 }, 'missed'],
  ] as const)('is excused: %s', (_, absence, state) => {
    expect(first({ absences: [absence] }, [], DEADLINE)?.state).toBe(state);
  });

  test('is excused no longer than it may be away', () => {
    const given = { absences: [off] };
    expect(first({ ...given, offlineToleranceSeconds: 2 }, [], DEADLINE)?.state).toBe('excused');
    expect(first({ ...given, offlineToleranceSeconds: 1 }, [], DEADLINE)?.state).toBe('missed');
  });

  test('takes nothing from a run that came in time, and says which word it is', () => {
    expect(first({ absences: [off] }, [run(DUE)], DEADLINE)).toMatchObject({ state: 'met', absence: off });
    expect(first({ absences: [off] }, [], DEADLINE)).toMatchObject({ absence: off, maintenance: null });
  });
});

describe('maintenance', () => {
  const moved = { kind: 'once', name: 'office move', from: DUE, until: DUE + 1 } as const;
  const sundays = {
    kind: 'weekly',
    name: 'Sunday work',
    weekday: 0,
    time: '00:30',
    durationMinutes: 120,
  } as const;

  test('excuses what is due within, and says which', () => {
    expect(first({ maintenance: [moved] }, [], DEADLINE)).toMatchObject({
      state: 'excused',
      maintenance: moved,
    });
    expect(first({ maintenance: [{ ...moved, from: DUE - 1, until: DUE }] }, [], DEADLINE)?.state).toBe(
      'missed',
    );
  });

  test('takes nothing from a run that came in time, and excuses one that came late', () => {
    expect(first({ maintenance: [moved] }, [run(DUE)], DEADLINE)).toMatchObject({
      state: 'met',
      maintenance: moved,
    });
    expect(first({ maintenance: [moved] }, [run(DEADLINE + 1)], DEADLINE + 1)?.state).toBe('excused');
  });

  test('of every week is in local time, and as long as it says when clocks change', () => {
    const given = {
      since: Date.UTC(2026, 9, 24, 22),
      maintenance: [sundays],
      schedule: cron('*/30 * * * *'),
    };
    // 25 October, 00:30 in summer time to 02:30 in elapsed time, that is 01:30 of winter
    const excused = expectedRuns({ ...NIGHTLY, ...given }, [], Date.UTC(2026, 9, 25, 6)).expected.filter(
      ({ state }) => state === 'excused',
    );
    expect(excused.map(({ nominal }) => nominal.slice(11))).toEqual([
      '00:30',
      '01:00',
      '01:30',
      '01:00+00:00',
    ]);
  });

  test('of every week may run past midnight into the next week', () => {
    const nights = { ...sundays, weekday: 6, time: '22:00', durationMinutes: 180 };
    const given = { since: Date.UTC(2026, 10, 21, 21), maintenance: [nights], schedule: cron('0 * * * *') };
    expect(states(given, [], Date.UTC(2026, 10, 22, 2))).toEqual([
      'missed',
      'excused',
      'excused',
      'excused',
      'missed',
      'open',
      'open',
    ]);
  });
});

describe('short intervals', () => {
  const quarterly = { schedule: cron('*/15 * * * *'), since: DUE, latenessSeconds: 1800 };

  test('give each run to the nearest due time', () => {
    const runs = [run(DUE + 7 * MINUTE), run(DUE + 8 * MINUTE), run(DUE + 29 * MINUTE)];
    const { expected } = expectedRuns({ ...NIGHTLY, ...quarterly }, runs, DUE + 30 * MINUTE);
    expect(expected.map(({ run: one }) => one?.id ?? null).slice(0, 3)).toEqual(runs.map(({ id }) => id));
  });

  test('let a second run of one stand in for one before that had none, within its lateness only', () => {
    const twice = [run(DUE + 14 * MINUTE), run(DUE + 16 * MINUTE)];
    expect(states(quarterly, twice, DUE + 16 * MINUTE)).toEqual(['met', 'met', 'open']);
    expect(states({ ...quarterly, latenessSeconds: 300 }, twice, DUE + 16 * MINUTE)).toEqual([
      'missed',
      'met',
      'open',
    ]);
  });
});

describe('a run that goes on', () => {
  const going = run(DUE, 'running');
  const stalledAt = DUE + 8 * HOUR;

  test('is stalled after its greatest duration, and comes back when its end is heard', () => {
    expect(expectedRuns(NIGHTLY, [going], stalledAt - 1)).toMatchObject({
      stalled: [],
      changesAt: stalledAt,
    });
    expect(expectedRuns(NIGHTLY, [going], stalledAt).stalled).toEqual([{ run: going, stalledAt }]);
    expect(expectedRuns(NIGHTLY, [{ ...going, status: 'success' }], stalledAt).stalled).toEqual([]);
  });

  test('is given more time over an outage of ours', () => {
    const outages = [{ from: stalledAt - MINUTE, until: stalledAt }];
    expect(expectedRuns({ ...NIGHTLY, outages }, [going], stalledAt).stalled).toEqual([]);
    expect(expectedRuns({ ...NIGHTLY, outages }, [going], stalledAt + 11 * MINUTE).stalled).toHaveLength(1);
  });
});

test('what happens next is the nearest deadline, due time or run', () => {
  expect(expectedRuns(NIGHTLY, [], MIDNIGHT).changesAt).toBe(DUE);
  expect(expectedRuns(NIGHTLY, [], DUE).changesAt).toBe(DEADLINE);
  expect(expectedRuns(NIGHTLY, [], DEADLINE).changesAt).toBe(DUE + DAY);
  expect(expectedRuns(NIGHTLY, [run(DUE)], DUE).changesAt).toBe(DUE + DAY);
});

function cron(expression: string): Expectation['schedule'] {
  return { kind: 'cron', expression };
}
