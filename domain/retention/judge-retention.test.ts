import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { judgeRetention, retentionTurns, type HeldPoint } from './judge-retention';
import { NOTHING_PROMISED, type RetentionPolicy } from './retention-policy';

const NOW = Date.UTC(2026, 10, 17, 9, 42);
const SINCE = NOW - 400 * DAY;
const night = (back: number) => Date.UTC(2026, 10, 17, 2) - back * DAY;
const held = (back: number, changed: Partial<HeldPoint> = {}): HeldPoint => ({
  takenAt: night(back),
  isUsable: true,
  isListed: true,
  ...changed,
});
const nights = (count: number) => Array.from({ length: count }, (_, back) => back);
const judge = (
  policy: Partial<RetentionPolicy>,
  points: readonly HeldPoint[],
  runs = nights(30),
  since = SINCE,
) =>
  judgeRetention(
    { ...NOTHING_PROMISED, ...policy },
    { since, successes: runs.map(night), points },
    NOW,
    'UTC',
  );
const instead = (changed: Partial<HeldPoint>) => [held(0), held(1, changed), held(2)];
const unmet = (gaps: ReturnType<typeof judgeRetention>) =>
  gaps.reduce((sum, one) => {
    const missing = one.rule === 'retention-too-short' ? one.missingOfLast : 0;
    return sum + missing + (one.rule === 'retention-too-long' ? 0 : one.buckets.length);
  }, 0);

describe('what is kept against what was promised', () => {
  it('is all there', () => {
    expect(
      judge(
        { daily: 7, last: 7 },
        nights(7).map((back) => held(back)),
      ),
    ).toEqual([]);
  });

  it('has a gap where a night between others is missing', () => {
    const points = nights(7)
      .filter((back) => back !== 3)
      .map((back) => held(back));
    expect(judge({ daily: 7 }, points)).toMatchObject([
      { rule: 'retention-gap', buckets: [{ name: '2026-11-14' }] },
    ]);
  });

  it('has no gap where no run succeeded', () => {
    const runs = nights(30).filter((back) => back !== 3);
    const points = runs.slice(0, 6).map((back) => held(back));
    expect(judge({ daily: 7 }, points, runs)).toEqual([]);
  });

  it('is too short where nothing as old is there', () => {
    const points = nights(5).map((back) => held(back));
    expect(judge({ daily: 7 }, points)).toMatchObject([
      {
        rule: 'retention-too-short',
        buckets: [{ name: '2026-11-12' }, { name: '2026-11-11' }],
        oldestTakenAt: night(4),
      },
    ]);
    expect(judge({ daily: 1 }, [])).toMatchObject([{ rule: 'retention-too-short', oldestTakenAt: null }]);
  });

  it('is satisfied by any point of the bucket, and only by one that can be restored and is listed', () => {
    const points = nights(3).map((back) => held(back));
    expect(judge({ daily: 3 }, points)).toEqual([]);
    expect(judge({ daily: 3 }, instead({ takenAt: night(1) + 12 * HOUR }))).toEqual([]);
    expect(judge({ daily: 3 }, instead({ isUsable: false }))).toMatchObject([{ rule: 'retention-gap' }]);
    expect(judge({ daily: 3 }, instead({ isListed: false }))).toMatchObject([{ rule: 'retention-gap' }]);
  });

  it('asks nothing of what was before the promise', () => {
    expect(judge({ daily: 7 }, [held(0), held(1)], nights(30), night(1))).toEqual([]);
    expect(judge({ daily: 7 }, [held(0), held(1)], nights(30), night(2))).toMatchObject([
      { rule: 'retention-too-short', buckets: [{ name: '2026-11-15' }] },
    ]);
  });

  it('lacks some of the newest points, but never more than runs succeeded', () => {
    expect(judge({ last: 5 }, [held(0), held(1)])).toMatchObject([{ missingOfLast: 3 }]);
    expect(judge({ last: 5 }, [held(0), held(1)], nights(2))).toEqual([]);
  });

  it('is too long from the very instant at which a point reaches the greatest age', () => {
    const aged = (takenAt: number) => judge({ ageDaysMax: 30 }, [held(0), held(0, { takenAt })], [0]);
    expect(aged(NOW - 30 * DAY + 1)).toEqual([]);
    expect(aged(NOW - 30 * DAY)).toMatchObject([{ rule: 'retention-too-long', count: 1, ageDaysMax: 30 }]);
    expect(judge({ ageDaysMax: 30 }, [held(0), held(40, { isListed: false })], [0])).toEqual([]);
  });

  it('keeps its months over a year’s end', () => {
    const runs = [night(0), Date.UTC(2026, 9, 31, 23), Date.UTC(2025, 11, 31, 23, 59)];
    const gaps = judgeRetention(
      { ...NOTHING_PROMISED, monthly: 12 },
      { since: SINCE, successes: runs, points: runs.slice(0, 2).map((takenAt) => held(0, { takenAt })) },
      NOW,
      'UTC',
    );
    expect(gaps).toMatchObject([{ rule: 'retention-too-short', buckets: [{ name: '2025-12' }] }]);
    const inNewYork = judgeRetention(
      { ...NOTHING_PROMISED, monthly: 12 },
      { since: SINCE, successes: [Date.UTC(2026, 0, 1, 3)], points: [] },
      NOW,
      'America/New_York',
    );
    expect(inNewYork).toMatchObject([{ buckets: [{ name: '2025-12' }] }]);
  });

  it('is never worse with one more usable point within the greatest age, and never short where each success left one', () => {
    const anyBack = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 30 });
    const anyPolicy = fc.record({
      last: fc.option(fc.integer({ min: 1, max: 9 })),
      hourly: fc.option(fc.integer({ min: 1, max: 48 })),
      daily: fc.option(fc.integer({ min: 1, max: 40 })),
      weekly: fc.option(fc.integer({ min: 1, max: 9 })),
      monthly: fc.option(fc.integer({ min: 1, max: 6 })),
      yearly: fc.option(fc.constant(2)),
      ageDaysMin: fc.option(fc.integer({ min: 1, max: 60 })),
      ageDaysMax: fc.constant(null),
    });
    fc.assert(
      fc.property(
        anyPolicy,
        anyBack,
        anyBack,
        fc.integer({ min: 0, max: 200 }),
        (policy, runs, backs, more) => {
          const points = backs.map((back) => held(back));
          const before = unmet(judge(policy, points, runs));
          expect(unmet(judge(policy, [...points, held(more)], runs))).toBeLessThanOrEqual(before);
          expect(
            judge(
              policy,
              runs.map((back) => held(back)),
              runs,
            ),
          ).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('differs only at a turn where nothing comes', () => {
    const backs = fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 12 });
    const hours = fc.integer({ min: 0, max: 23 });
    const policies = fc.record({
      last: fc.option(fc.integer({ min: 1, max: 5 })),
      hourly: fc.option(fc.integer({ min: 1, max: 60 })),
      daily: fc.option(fc.integer({ min: 1, max: 40 })),
      weekly: fc.option(fc.integer({ min: 1, max: 6 })),
      monthly: fc.option(fc.integer({ min: 1, max: 3 })),
      yearly: fc.option(fc.integer({ min: 1, max: 2 })),
      ageDaysMin: fc.option(fc.integer({ min: 1, max: 30 })),
      ageDaysMax: fc.option(fc.integer({ min: 30, max: 90 })),
    });
    let turned = 0;
    fc.assert(
      fc.property(
        policies,
        backs,
        backs,
        hours,
        fc.constantFrom('UTC', 'Europe/London', 'Pacific/Apia'),
        (policy, runs, kept, hour, timeZone) => {
          const points = kept.map((back) => held(back, { takenAt: night(back) + hour * HOUR }));
          const history = { since: night(60), successes: runs.map(night), points };
          const rulesAt = (at: number) =>
            judgeRetention(policy, history, at, timeZone).map((one) => one.rule);
          const turns = retentionTurns(policy, history, timeZone).filter((at) => at > NOW);
          let [from, rules] = [NOW, rulesAt(NOW)];
          for (const at of [...turns.toSorted((a, b) => a - b), NOW + 900 * DAY]) {
            for (const between of [Math.floor((from + at) / 2), Math.max(from, at - 1)])
              expect(rulesAt(between)).toEqual(rules);
            const next = rulesAt(at);
            if (JSON.stringify(next) !== JSON.stringify(rules)) turned++;
            [from, rules] = [at, next];
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(turned).toBeGreaterThan(100);
  });
});
