import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import type { Keep } from './keep';
import { keptBy } from './kept-by';
import {
  goneOutsideRules,
  keptAgainstRules,
  removedAt,
  type RuledPoint,
  type ToolRetention,
} from './rule-effect';

const NOTHING: Keep = {
  last: null,
  hourly: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  withinDays: null,
};
const keep = (changed: Partial<Keep>): Keep => ({ ...NOTHING, ...changed });
const NOW = Date.UTC(2026, 10, 17, 9, 42);
const night = (back: number) => Date.UTC(2026, 10, 17, 2) - back * DAY;
const listed = (...backs: number[]): RuledPoint[] =>
  backs.map((back) => ({ takenAt: night(back), isListed: true, goneAt: null }));
const gone = (...backs: number[]): RuledPoint[] =>
  backs.map((back) => ({ takenAt: night(back), isListed: false, goneAt: NOW }));
const retention = (...rules: Keep[]): ToolRetention => ({
  rules,
  former: null,
  timeZone: 'Europe/London',
  arePointsWhole: true,
});
const days = (...backs: number[]) => backs.map(night);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('what a rule keeps', () => {
  it.each<[string, Partial<Keep>, number[]]>([
    ['the newest', { last: 3 }, [0, 1, 2]],
    ['days', { daily: 4 }, [0, 1, 2, 3]],
    // Tuesday 17 November; the weeks end on the 15th and on the 8th.
    ['the newest of each week', { weekly: 3 }, [0, 2, 9]],
    ['the newest of each month', { monthly: 2 }, [0, 17]],
    ['what is younger', { withinDays: 3 }, [0, 1, 2]],
    ['all of these together', { daily: 2, weekly: 2, monthly: 2 }, [0, 1, 2, 17]],
    ['everything where nothing is said', {}, range(0, 20)],
    ['nothing of a kind it keeps none of', { daily: 0 }, []],
  ])('%s', (_, rule, backs) => {
    expect([...keptBy(keep(rule), days(...range(0, 20)), 'UTC', NOW)].toSorted((a, b) => b - a)).toEqual(
      days(...backs),
    );
  });

  it('counts the days that have points, not those of the calendar', () => {
    expect([...keptBy(keep({ daily: 2 }), days(0, 9, 10), 'UTC', NOW)]).toEqual(days(0, 9));
  });

  it('only shrinks among the old points as new ones come', () => {
    const anyKeep = fc.record({
      last: fc.option(fc.integer({ min: 0, max: 5 })),
      hourly: fc.option(fc.integer({ min: 0, max: 5 })),
      daily: fc.option(fc.integer({ min: 0, max: 9 })),
      weekly: fc.option(fc.integer({ min: 0, max: 5 })),
      monthly: fc.option(fc.integer({ min: 0, max: 5 })),
      yearly: fc.option(fc.integer({ min: 0, max: 3 })),
      withinDays: fc.option(fc.integer({ min: 0, max: 30 })),
    });
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(anyKeep, hours, (rule, backs) => {
        const takenAts = backs.map((back) => NOW - back * HOUR).toSorted((a, b) => a - b);
        const before = takenAts.slice(0, -1);
        const then = keptBy(rule, before, 'Europe/London', before.at(-1) ?? NOW);
        const after = keptBy(rule, takenAts, 'Europe/London', NOW);
        expect(before.filter((takenAt) => after.has(takenAt) && !then.has(takenAt))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('points that are gone', () => {
  it('were removed by the rule where no longer kept', () => {
    expect(
      goneOutsideRules(retention(keep({ daily: 7 })), [...listed(...range(0, 7)), ...gone(7, 8)], NOW),
    ).toEqual([]);
  });

  it('went outside the rule where it keeps them', () => {
    const points = [...listed(0, 1, 2, 4, 5, 6), ...gone(3, 7)];
    expect(goneOutsideRules(retention(keep({ daily: 7 })), points, NOW)).toEqual([night(3)]);
  });

  it('are told from nothing where no rule is known, and only where every known one keeps them', () => {
    const points = [...listed(0, 1, 2, 4), ...gone(3)];
    expect(goneOutsideRules(retention(), points, NOW)).toEqual([]);
    expect(goneOutsideRules(retention(keep({})), points, NOW)).toEqual([]);
    expect(goneOutsideRules(retention(keep({ daily: 7 }), keep({ last: 1 })), points, NOW)).toEqual([]);
    expect(goneOutsideRules(retention(keep({ daily: 7 }), keep({ last: 9 })), points, NOW)).toEqual([
      night(3),
    ]);
  });

  it('are left to the tool’s own clock: a day of UTC is not a day of Auckland', () => {
    const taken = [Date.UTC(2026, 10, 16, 10), Date.UTC(2026, 10, 16, 12)];
    const points = taken.map((takenAt, index) => ({
      takenAt,
      isListed: index === 1,
      goneAt: index === 1 ? null : NOW,
    }));
    const inAuckland = { ...retention(keep({ daily: 2 })), timeZone: 'Pacific/Auckland' };
    expect(goneOutsideRules(inAuckland, points, NOW)).toEqual([]);
  });

  it('are held against what the rules said when they went', () => {
    const points = [...listed(0, 1, 2), ...gone(3, 4).map((one) => ({ ...one, goneAt: NOW - 2 * DAY }))];
    const longer = retention(keep({ daily: 7 }));
    expect(goneOutsideRules(longer, points, NOW)).toEqual([night(4), night(3)]);
    const since = (until: number) => ({ ...longer, former: { rules: [keep({ daily: 3 })], until } });
    expect(goneOutsideRules(since(NOW - DAY), points, NOW)).toEqual([]);
    expect(goneOutsideRules(since(NOW - 2 * DAY), points, NOW)).toEqual([night(4), night(3)]);
    // Whoever shortens the rule afterwards excuses nothing.
    const shorter = { ...retention(keep({ daily: 3 })), former: { rules: longer.rules, until: NOW - DAY } };
    expect(goneOutsideRules(shorter, points, NOW)).toEqual([night(4), night(3)]);
  });

  it('are not judged beyond what is known', () => {
    const points = [...listed(0, 1, 2), ...gone(5)];
    const rule = keep({ daily: 7 });
    expect(goneOutsideRules(retention(rule), points, NOW)).toEqual([night(5)]);
    expect(goneOutsideRules({ ...retention(rule), arePointsWhole: false }, points, NOW)).toEqual([]);
  });
});

describe('points that stay', () => {
  it('are kept against the rule once a tool had a week to remove them', () => {
    const points = [3, 11, 12].map((count) => listed(...range(0, count)));
    const rule = retention(keep({ daily: 3 }));
    expect(points.map((one) => keptAgainstRules(rule, one, NOW))).toEqual([[], [], [night(10)]]);
  });

  it('are no fault where any rule keeps them, or one is not known', () => {
    const points = listed(...range(0, 20));
    expect(keptAgainstRules(retention(keep({ daily: 3 }), keep({ daily: 30 })), points, NOW)).toEqual([]);
    expect(keptAgainstRules(retention(keep({ daily: 3 }), keep({})), points, NOW)).toEqual([]);
    expect(keptAgainstRules(retention(), points, NOW)).toEqual([]);
  });
});

describe('when a rule will remove a point', () => {
  const week = listed(...range(0, 7)).map((point) => point.takenAt);

  it('is the run after which it is one too many', () => {
    const removed = (back: number, until: number) =>
      removedAt(night(back), retention(keep({ daily: 7 })), week, DAY, until);
    expect(removed(6, NOW + 30 * DAY)).toBe(night(-1));
    expect(removed(0, NOW + 30 * DAY)).toBe(night(-7));
    expect(removed(0, night(-7))).toBeNull();
    expect(removed(0, night(-7) + 1)).toBe(night(-7));
  });

  it('is never, where another rule keeps it or nothing is known', () => {
    const other = retention(keep({ daily: 7 }), keep({ last: 30 }));
    expect(removedAt(night(0), other, week, DAY, NOW + 20 * DAY)).toBeNull();
    expect(removedAt(night(0), other, week, DAY, NOW + 40 * DAY)).toBe(night(-30));
    expect(removedAt(night(0), retention(), week, DAY, NOW + 99 * DAY)).toBeNull();
    expect(removedAt(night(0), retention(keep({})), week, DAY, NOW + 99 * DAY)).toBeNull();
  });
});
