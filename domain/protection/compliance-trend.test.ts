import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { lastDays } from '../time/zoned-day';
import { complianceDays, complianceSummary } from './compliance-trend';
import type { StatusChange } from './status-days';
import type { Status } from './verdict';

const NOW = Date.UTC(2026, 10, 24, 12);
const DAYS = lastDays(4, 'UTC', 0, NOW);
/** Midnight of the last days: 0 is today. */
const midnight = (daysAgo: number): number => Date.UTC(2026, 10, 24) - daysAgo * DAY;
const change = (at: number, status: Status | null): StatusChange => ({ at, status });
const shares = (histories: StatusChange[][]) => complianceDays(histories, DAYS, NOW).map((day) => day.share);

const STEADY = [change(midnight(9), 'compliant')];

describe('the share of compliant systems', () => {
  test('is all of them while every system is compliant', () => {
    expect(shares([STEADY, STEADY])).toEqual([1, 1, 1, 1]);
  });

  test.each(['non-compliant', 'unknown', 'at-risk'] as const)('counts %s as not compliant', (status) => {
    expect(shares([STEADY, [change(midnight(9), status)]])).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test('counts a day by the worst that a system had on it, and a change at midnight for the new day only', () => {
    const failing = [
      ...STEADY,
      change(midnight(2) + HOUR, 'non-compliant'),
      change(midnight(1), 'compliant'),
    ];
    expect(shares([failing])).toEqual([1, 0, 1, 1]);
  });

  test('is not known before the first system was, and neither none nor all', () => {
    expect(shares([])).toEqual([null, null, null, null]);
    expect(shares([[change(midnight(1) + HOUR, 'compliant')]])).toEqual([null, null, 1, 1]);
  });

  test('counts a system from the day it arrived', () => {
    expect(shares([STEADY, [change(midnight(1), 'non-compliant')]])).toEqual([1, 1, 0.5, 0.5]);
  });

  test('no longer counts a system that left, from the day after', () => {
    const left = [change(midnight(9), 'non-compliant'), change(midnight(2) + HOUR, null)];
    expect(shares([STEADY, left])).toEqual([0.5, 0.5, 1, 1]);
    const leftAtMidnight = [change(midnight(9), 'non-compliant'), change(midnight(2), null)];
    expect(shares([STEADY, leftAtMidnight])).toEqual([0.5, 1, 1, 1]);
  });

  test('leaves out what is still to come', () => {
    expect(shares([[...STEADY, change(NOW + 1, 'non-compliant')]])).toEqual([1, 1, 1, 1]);
  });

  test('tells how many systems had which status', () => {
    const day = complianceDays([STEADY, STEADY, [change(midnight(9), 'unknown')]], DAYS, NOW)[3];
    expect(day?.counts).toEqual({ 'non-compliant': 0, unknown: 1, 'at-risk': 0, compliant: 2 });
  });
});

describe('the trend in words', () => {
  test('says nothing where nothing is known', () => {
    expect(complianceSummary(complianceDays([], DAYS, NOW))).toBeNull();
  });

  test('names the first known day, today, the newest of the lowest, and the mean of what is known', () => {
    const days = complianceDays(
      [[change(midnight(2), 'non-compliant'), change(midnight(0), 'compliant')]],
      DAYS,
      NOW,
    );
    expect(complianceSummary(days)).toMatchObject({
      oldest: { date: '2026-11-22' },
      newest: { date: '2026-11-24', share: 1 },
      lowest: { date: '2026-11-23', share: 0 },
      knownDays: 3,
      mean: 1 / 3,
    });
  });
});
