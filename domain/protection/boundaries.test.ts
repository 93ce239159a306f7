import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../time/instant';
import { correctInstant } from './clock';
import { evaluateDataSet } from './evaluate';
import {
  check,
  cloud,
  declared,
  facts,
  FRANKFURT,
  LEEDS,
  nas,
  NOW,
  point,
  repository,
  restoreTest,
  said,
} from './facts.fixture';
import { assignToDataSet } from './points';
import { DEFAULT_POLICY, RULE_32110 } from './policy';
import { statusDays } from './status-days';

const STRICT = { ...DEFAULT_POLICY, rule: RULE_32110 };
const evaluate = (given: Parameters<typeof evaluateDataSet>[0], at: number) =>
  evaluateDataSet(given, DEFAULT_POLICY, at);
const strict = (changed: { lockedUntil?: number; checkedAt?: number; testedAt?: number }) =>
  facts([
    nas({ verifications: [check(changed.checkedAt ?? NOW)] }),
    cloud({
      immutability: said({ kind: 'worm', until: null, areLocksExtended: true }),
      points: [
        point(NOW - HOUR, {
          immutableUntil: changed.lockedUntil ?? NOW + 30 * DAY,
          restoreTests: [restoreTest(changed.testedAt ?? NOW)],
        }),
      ],
      verifications: [check(changed.checkedAt ?? NOW)],
    }),
  ]);

describe('both sides of each boundary', () => {
  it.each([
    [
      'freshness',
      evaluate(facts([nas({ points: [point(NOW - 26 * HOUR + 1)] })]), NOW).digits.copies.actual,
      2,
    ],
    [
      'freshness, over',
      evaluate(facts([nas({ points: [point(NOW - 26 * HOUR)] })]), NOW).digits.copies.actual,
      1,
    ],
    ['future', evaluate(facts([nas({ points: [point(NOW + 5 * MINUTE)] })]), NOW).digits.copies.actual, 2],
    [
      'future, over',
      evaluate(facts([nas({ points: [point(NOW + 5 * MINUTE + 1)] })]), NOW).digits.copies.actual,
      1,
    ],
    [
      'lock',
      evaluateDataSet(strict({ lockedUntil: NOW + 14 * DAY + 1 }), STRICT, NOW).digits.immutable.actual,
      1,
    ],
    [
      'lock, over',
      evaluateDataSet(strict({ lockedUntil: NOW + 14 * DAY }), STRICT, NOW).digits.immutable.actual,
      0,
    ],
    [
      'check',
      evaluateDataSet(strict({ checkedAt: NOW - 7 * DAY + 1 }), STRICT, NOW).digits.errors.isPassed,
      true,
    ],
    [
      'check, over',
      evaluateDataSet(strict({ checkedAt: NOW - 7 * DAY }), STRICT, NOW).digits.errors.isPassed,
      false,
    ],
    [
      'restore test',
      evaluateDataSet(strict({ testedAt: NOW - 90 * DAY + 1 }), STRICT, NOW).digits.errors.isPassed,
      true,
    ],
    [
      'restore test, over',
      evaluateDataSet(strict({ testedAt: NOW - 90 * DAY }), STRICT, NOW).digits.errors.isPassed,
      false,
    ],
  ])('%s', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('a declaration holds until it expires, then what was known before it does', () => {
    const site = declared(FRANKFURT, NOW + HOUR, said(LEEDS));
    const given = facts([nas(), cloud({ site })]);
    expect(evaluate(given, NOW)).toMatchObject({
      status: 'at-risk',
      failsAt: NOW + HOUR,
      changesAt: NOW + HOUR,
    });
    expect(evaluate(given, NOW + HOUR - 1).digits.offsite.actual).toBe(1);
    expect(evaluate(given, NOW + HOUR).digits.offsite.actual).toBe(0);
  });

  it('a system that was never heard of does not change with the order in which its copies are chosen', () => {
    const failureDomain = declared('a', NOW + HOUR, said('e'));
    const shared = { failureDomain: said('d') };
    const channels = [{ id: 'agent', name: 'agent', lastHeardAt: null }];
    const given = facts(
      [repository('r0', { failureDomain }), repository('r1', shared), repository('r2', shared)],
      {
        channels,
      },
    );
    expect(evaluate(given, NOW).changesAt).not.toBe(NOW + HOUR);
  });

  it('silence begins exactly at its deadline', () => {
    const points = [point(NOW - 21 * HOUR)];
    const channels = [{ id: 'a', name: 'a', lastHeardAt: NOW - 20 * HOUR }];
    const given = facts([nas({ points }), cloud({ points })], { channels });
    const policy = { ...DEFAULT_POLICY, silenceSeconds: (20 * HOUR) / SECOND };
    expect(evaluateDataSet(given, policy, NOW - 1)).toMatchObject({ status: 'compliant', changesAt: NOW });
    expect(evaluateDataSet(given, policy, NOW).status).toBe('unknown');
  });

  it('a travelling system is measured when last seen, and unknown past its tolerance', () => {
    const policy = { ...DEFAULT_POLICY, offlineToleranceSeconds: (5 * DAY) / SECOND };
    const base = facts([nas(), cloud()]);
    const given = { ...base, system: { ...base.system, lastSeenAt: NOW } };
    expect(evaluateDataSet(given, policy, NOW + 4 * DAY).digits.copies.actual).toBe(3);
    expect(evaluateDataSet(given, policy, NOW + 5 * DAY - 1).status).not.toBe('unknown');
    expect(evaluateDataSet(given, policy, NOW + 5 * DAY).status).toBe('unknown');
  });

  it('a clock that runs ahead makes points older, one that runs behind changes nothing', () => {
    expect(correctInstant(NOW, NOW + 5 * MINUTE, NOW)).toMatchObject({ at: NOW });
    expect(correctInstant(NOW, NOW + 5 * MINUTE + 1, NOW)).toMatchObject({ at: NOW - 5 * MINUTE - 1 });
    expect(correctInstant(NOW, NOW - DAY, NOW)).toMatchObject({ at: NOW });
    expect(correctInstant(NOW + DAY + 1, NOW, NOW).isBelievable).toBe(false);
    expect(correctInstant(NOW + DAY, NOW, NOW).isBelievable).toBe(true);
  });

  it('a strict subset of the sources stays, a superset grows, anything else is new', () => {
    const existing = [{ id: 'd', capture: 'files', sources: ['/a', '/b'] }] as const;
    const of = (sources: string[]) => assignToDataSet(existing, { capture: 'files', sources });
    expect(of(['/a'])).toEqual({ kind: 'existing', dataSetId: 'd', missing: ['/b'] });
    expect(of(['/b', '/a'])).toEqual({ kind: 'existing', dataSetId: 'd', missing: [] });
    expect(of(['/a', '/b', '/c'])).toMatchObject({ kind: 'grow', dataSetId: 'd' });
    expect(of(['/a', '/c'])).toMatchObject({ kind: 'new' });
  });

  it('days follow the zone through the change of clocks, and carry a status over', () => {
    const now = Date.UTC(2026, 9, 27, 12);
    const days = statusDays(
      [[{ at: Date.UTC(2026, 9, 24, 12), status: 'at-risk' }]],
      'Europe/London',
      0,
      now,
      5,
    );
    expect(days.map((day) => day.status)).toEqual(['no-data', 'at-risk', 'at-risk', 'at-risk', 'at-risk']);
    expect(days.map((day) => (day.endsAt - day.startsAt) / HOUR)).toEqual([24, 24, 25, 24, 24]);
  });
});
