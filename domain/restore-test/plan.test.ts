import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY } from '../time/instant';
import { type KnownTest, planTests, type TestableSet } from './plan';
import { expectedShareTested, testCoverage } from './test-coverage';

const NOW = Date.UTC(2026, 10, 29, 12);
const CADENCE = 90;

const testOf = (daysAgo: number, changed: Partial<KnownTest> = {}): KnownTest => ({
  repositoryId: 'nas',
  level: 'L4',
  result: 'passed',
  endedAt: NOW - daysAgo * DAY,
  ...changed,
});
const setOf = (
  dataSetId: string,
  tests: readonly KnownTest[],
  changed: Partial<TestableSet> = {},
): TestableSet => ({
  clientId: 'client',
  systemId: `system of ${dataSetId}`,
  dataSetId,
  tags: [],
  cadenceSeconds: CADENCE * 86_400,
  knownSince: NOW - 400 * DAY,
  copies: [
    { repositoryId: 'nas', repository: 'NAS', pointId: 'point-nas' },
    { repositoryId: 'cloud', repository: 'Cloud', pointId: 'point-cloud' },
  ],
  tests,
  ...changed,
});
const plannedOf = (one: TestableSet) => {
  const [planned] = planTests([one], NOW);
  if (!planned) throw new Error('nothing is planned');
  return planned;
};

describe('the next restore test', () => {
  test.each<[string, KnownTest[], string, number]>([
    ['was never made: wanted since the first backup', [], 'never', -400],
    ['a check below L4 is none', [testOf(1, { level: 'L3' })], 'never', -400],
    ['is planned a cadence after the last', [testOf(80)], 'planned', 10],
    ['is due a week before', [testOf(83.5)], 'due', 6.5],
    ['is planned a moment earlier', [testOf(83 - 1 / 86_400)], 'planned', 7 + 1 / 86_400],
    ['is overdue from the cadence on', [testOf(90)], 'overdue', 0],
    ['is wanted at once when the last failed', [testOf(5, { result: 'failed' }), testOf(30)], 'failed', -5],
    ['is not when it passed since', [testOf(5), testOf(30, { result: 'failed' })], 'planned', 85],
    [
      'takes the failed one of two that ended together',
      [testOf(5), testOf(5, { result: 'failed' })],
      'failed',
      -5,
    ],
  ])('%s', (_, tests, state, days) => {
    const planned = plannedOf(setOf('a', tests));
    expect([planned.state, Math.round(planned.dueAt - NOW)]).toEqual([state, Math.round(days * DAY)]);
  });

  test('goes round the copies: the one never tested, then the one tested longest ago', () => {
    expect(plannedOf(setOf('a', [testOf(5)])).copy?.repository).toBe('Cloud');
    const both = [testOf(5), testOf(9, { repositoryId: 'cloud' })];
    expect(plannedOf(setOf('a', both)).copy?.repository).toBe('Cloud');
    expect(plannedOf(setOf('a', [...both, testOf(1, { repositoryId: 'cloud' })])).copy?.repository).toBe(
      'NAS',
    );
    expect(plannedOf(setOf('a', [], { copies: [] })).copy).toBeNull();
  });

  test('comes first where it failed, then where most depends on it and the proof is oldest', () => {
    const order = planTests(
      [
        setOf('planned', [testOf(1)]),
        setOf('due', [testOf(85)]),
        setOf('older', [testOf(200)]),
        setOf('old', [testOf(100)]),
        setOf('never', []),
        setOf('important', [testOf(95)], { tags: ['important'] }),
        setOf('critical', [testOf(91)], { tags: ['web', 'critical'] }),
        setOf('failed', [testOf(1, { result: 'failed' })]),
      ],
      NOW,
    );
    expect(order.map((one) => one.of.dataSetId)).toEqual([
      'failed',
      'critical',
      'important',
      'never',
      'older',
      'old',
      'due',
      'planned',
    ]);
  });
});

const knownTest = fc.record({
  repositoryId: fc.constantFrom('nas', 'cloud'),
  level: fc.constantFrom('L1', 'L2', 'L3', 'L4', 'L5'),
  result: fc.constantFrom('passed', 'failed'),
  endedAt: fc.integer({ min: 0, max: 400 }).map((days) => NOW - days * DAY),
}) satisfies fc.Arbitrary<KnownTest>;
const sets = fc
  .array(fc.tuple(fc.array(knownTest, { maxLength: 5 }), fc.integer({ min: 0, max: 4 })), { maxLength: 12 })
  .map((all) => all.map(([tests, system], index) => setOf(String(index), tests, { systemId: `s${system}` })));

describe('whatever was tested', () => {
  test('the plan holds every data set once, and never calls one fine whose newest test is not a pass within its cadence', () => {
    fc.assert(
      fc.property(sets, (given) => {
        const plan = planTests(given, NOW);
        expect(new Set(plan.map((one) => one.of)).size).toBe(given.length);
        for (const { state, lastTest, dueAt } of plan) {
          const isFine = state === 'planned' || state === 'due';
          expect(isFine).toBe(lastTest?.result === 'passed' && lastTest.endedAt > NOW - CADENCE * DAY);
          expect(isFine && dueAt <= NOW).toBe(false);
        }
      }),
    );
  });

  test('coverage never claims more systems than have a passed restore test of each of their data sets', () => {
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 400 }), (given, days) => {
        const coverage = testCoverage(given, days, NOW);
        const isProved = (one: TestableSet): boolean =>
          one.tests.some(
            ({ level, result, endedAt }) =>
              (level === 'L4' || level === 'L5') && result === 'passed' && endedAt > NOW - days * DAY,
          );
        const systems = [...new Set(given.map((one) => one.systemId))];
        const proved = systems.filter((id) => given.filter((one) => one.systemId === id).every(isProved));
        expect([coverage.systems, coverage.tested]).toEqual([systems.length, proved.length]);
        expect(Object.values(coverage.byLevel).reduce((sum, count) => sum + count, 0)).toBe(systems.length);
        expect(coverage.byLevel.L4 + coverage.byLevel.L5).toBe(coverage.tested);
      }),
    );
  });

  test('one more passed test makes no coverage smaller, one more failed test makes none larger', () => {
    fc.assert(
      fc.property(sets, knownTest, (given, added) => {
        const more = given.map((one) => ({ ...one, tests: [...one.tests, added] }));
        const [before, after] = [testCoverage(given, 90, NOW).tested, testCoverage(more, 90, NOW).tested];
        expect(added.result === 'passed' ? after >= before : after === before).toBe(true);
      }),
    );
  });
});

test('critical systems are counted apart', () => {
  const given = [
    setOf('a', [testOf(1)], { tags: ['critical'] }),
    setOf('b', [], { tags: ['critical'] }),
    setOf('c', [testOf(1)]),
  ];
  expect(testCoverage(given, 90, NOW)).toMatchObject({
    systems: 3,
    tested: 2,
    critical: { systems: 2, tested: 1 },
  });
});

test('a sample of one percent a day reaches 97.4 % of the files in a year, and not all of them', () => {
  expect(expectedShareTested(0.01, 365)).toBeCloseTo(0.974, 3);
  expect([expectedShareTested(0, 365), expectedShareTested(1, 1), expectedShareTested(0.5, 0)]).toEqual([
    0, 1, 0,
  ]);
});
