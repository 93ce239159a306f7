import * as fc from 'fast-check';
import { expect } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time/instant';
import {
  expectedRuns,
  type Expectation,
  type ExpectedRunState,
  type ExpectedRuns,
  type ScheduledRun,
} from './expected-runs';

const START = Date.UTC(2026, 9, 22);
const LENGTH = 6 * DAY;

const instant = fc.integer({ min: 0, max: LENGTH / MINUTE }).map((minutes) => START + minutes * MINUTE);

const anyRule = fc.constantFrom<Expectation['schedule']>(
  { kind: 'cron', expression: '0 21 * * *' },
  { kind: 'cron', expression: '30 1 * * *' },
  { kind: 'cron', expression: '15 */6 * * *' },
  { kind: 'cron', expression: '0 8,20 * * mon-fri' },
  { kind: 'interval', seconds: 900, anchor: '2026-01-01T00:00' },
  { kind: 'interval', seconds: 3600, anchor: '2026-01-01T00:20' },
  { kind: 'interval', seconds: 14_400, anchor: '2026-01-01T00:30' },
);

const anyOutage = fc
  .tuple(instant, fc.integer({ min: 1, max: 600 }), fc.boolean())
  .map(([from, minutes, isOver]) => ({ from, until: isOver ? from + minutes * MINUTE : null }));
const endedOutage = anyOutage.map(({ from, until }) => ({ from, until: until ?? from + 20 * MINUTE }));

const anyExpectation: fc.Arbitrary<Expectation> = fc.record({
  schedule: anyRule,
  timeZone: fc.constantFrom('Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
  latenessSeconds: fc.constantFrom(0, 600, 3600, 7200),
  greatestDurationSeconds: fc.constantFrom(1800, 28_800),
  since: fc.constantFrom(START, START + DAY),
  outages: fc.oneof(
    { weight: 4, arbitrary: fc.array(endedOutage, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(anyOutage, { maxLength: 2 }) },
  ),
  absences: fc.constant([]),
  offlineToleranceSeconds: fc.constant(null),
  maintenance: fc.constantFrom<Expectation['maintenance']>(
    [],
    [{ kind: 'once', name: 'new disks', from: START + DAY, until: START + 2 * DAY }],
    [{ kind: 'weekly', name: 'Sunday', weekday: 0, time: '00:30', durationMinutes: 600 }],
  ),
  contact: fc.oneof(
    fc.constant<Expectation['contact']>({ kind: 'runs-only' }),
    fc.option(instant).map((lastHeardAt): Expectation['contact'] => ({ kind: 'agent', lastHeardAt })),
  ),
});

const anyRun = fc.record({
  at: fc.oneof(
    instant,
    fc
      .tuple(fc.integer({ min: 0, max: LENGTH / HOUR }), fc.integer({ min: -9, max: 9 }))
      .map(([hours, minutes]) => START + hours * HOUR + minutes * MINUTE),
  ),
  status: fc.constantFrom<ScheduledRun['status']>(
    'success',
    'success',
    'failed',
    'running',
    'missed',
    'unknown',
  ),
});
const anyRuns = fc
  .array(anyRun, { maxLength: 40 })
  .map((runs) => runs.map((run, index): ScheduledRun => ({ ...run, id: `run ${index}` })));

/** Nothing differs until `changesAt`, and something does at it. Gives how many cases had one. */
export function holdsUntilItChanges(numRuns: number): number {
  let changing = 0;
  const permille = fc.integer({ min: 1, max: 999 });
  fc.assert(
    fc.property(anyExpectation, anyRuns, instant, permille, (given, runs, now, part) => {
      const first = expectedRuns(given, runs, now);
      const end = first.changesAt ?? now + 30 * DAY;
      expect(end).toBeGreaterThan(now);
      for (const at of [now + Math.floor(((end - now) * part) / 1000), end - 1])
        expect(expectedRuns(given, runs, at)).toEqual(first);
      if (first.changesAt === null) return;
      changing++;
      const { changesAt: _, ...before } = first;
      const { changesAt: __, ...after } = expectedRuns(given, runs, end);
      expect(after).not.toEqual(before);
    }),
    { numRuns },
  );
  return changing;
}

/** The order of runs, outages and windows changes nothing. */
export function ignoresOrder(numRuns: number): boolean {
  fc.assert(
    fc.property(anyExpectation, anyRuns, instant, (given, runs, now) => {
      const turned = { ...given, outages: given.outages.toReversed() };
      expect(expectedRuns(turned, runs.toReversed(), now)).toEqual(expectedRuns(given, runs, now));
    }),
    { numRuns },
  );
  return true;
}

const BEST_FIRST: readonly ExpectedRunState[] = ['met', 'late', 'excused', 'open', 'no-data', 'missed'];

/** One more success leaves every occurrence as good as it was, or better. Gives how many it made better. */
export function isNoWorseWithASuccess(numRuns: number): number {
  let better = 0;
  fc.assert(
    fc.property(anyExpectation, anyRuns, instant, anyRun, (given, runs, now, { at }) => {
      const before = ranks(expectedRuns(given, runs, now));
      const more: ScheduledRun[] = [...runs, { id: 'one more', status: 'success', at }];
      const after = ranks(expectedRuns(given, more, now));
      expect(after.length).toBe(before.length);
      for (const [index, rank] of after.entries()) expect(rank).toBeLessThanOrEqual(before[index] ?? -1);
      if (after.some((rank, index) => rank < (before[index] ?? -1))) better++;
    }),
    { numRuns },
  );
  return better;
}

function ranks({ expected }: ExpectedRuns<ScheduledRun>): number[] {
  return expected.map(({ state }) => BEST_FIRST.indexOf(state));
}

/** Each run meets one occurrence or none, and is in one list; what each state says of its times holds. */
export function accountsForEveryRun(numRuns: number): ReadonlySet<ExpectedRunState> {
  const states = new Set<ExpectedRunState>();
  fc.assert(
    fc.property(anyExpectation, anyRuns, instant, (given, runs, now) => {
      const { expected, others } = expectedRuns(given, runs, now);
      const used = [...expected.flatMap(({ run }) => (run === null ? [] : [run])), ...others];
      const due = runs.filter((run) => run.at <= now && run.at >= given.since && run.status !== 'missed');
      expect(new Set(used).size).toBe(used.length);
      expect(used).toEqual(
        expect.arrayContaining(due.filter((run) => run.at >= (expected[0]?.dueAt ?? Infinity))),
      );
      expect(new Set(expected.map(({ nominal }) => nominal)).size).toBe(expected.length);
      for (const one of expected) {
        states.add(one.state);
        expect(one.dueAt).toBeGreaterThanOrEqual(given.since);
        if (one.deadline !== null)
          expect(one.deadline).toBeGreaterThanOrEqual(one.dueAt + given.latenessSeconds * 1000);
        if (one.state === 'missed' || one.state === 'no-data') {
          expect(one.since).toBe(one.deadline);
          expect(one.deadline).toBeLessThanOrEqual(now);
          expect(one.run).toBe(null);
        }
        if (one.state === 'missed' && given.contact.kind === 'agent')
          expect(given.contact.lastHeardAt).toBeGreaterThan(one.dueAt);
        if (one.state === 'late') expect(one.run?.at).toBeGreaterThan(one.deadline ?? Infinity);
        if (one.state === 'excused') expect(one.maintenance).not.toBe(null);
      }
    }),
    { numRuns },
  );
  return states;
}

/** No deadline lies in an outage of ours, or within ten minutes of its end; what is due later is not given up earlier. */
export function spansOutages(numRuns: number): number {
  let extended = 0;
  fc.assert(
    fc.property(anyExpectation, anyRuns, instant, (given, runs, now) => {
      let last = -Infinity;
      for (const { deadline, dueAt } of expectedRuns(given, runs, now).expected) {
        expect(deadline ?? Infinity).toBeGreaterThanOrEqual(last);
        last = deadline ?? Infinity;
        if (deadline === null) continue;
        if (deadline > dueAt + given.latenessSeconds * 1000) extended++;
        for (const { from, until } of given.outages) {
          const isWithin = deadline > from && deadline < (until ?? Infinity) + 10 * MINUTE;
          expect(isWithin && deadline > dueAt).toBe(false);
        }
      }
    }),
    { numRuns },
  );
  return extended;
}
