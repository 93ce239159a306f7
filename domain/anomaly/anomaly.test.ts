import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANOMALY_HISTORY_MIN, judgeAgainstHistory, type AnomalyVerdict } from './anomaly';
import { sizeAnomaly, sourceLoss, type RunSize } from './job-anomaly';

const GB = 1e9;
const judge = (earlier: readonly number[], value: number): AnomalyVerdict =>
  judgeAgainstHistory(earlier, value, { shareMin: 1, factorMax: 1 });
const steady = [100, 101, 99, 102, 98, 100, 103, 97, 100, 101].map((one) => one * GB);
const scoreOf = (of: readonly number[], one: number) => {
  const judged = judge(of, one);
  return judged.kind === 'too-little-history' ? Number.NaN : judged.score;
};
const beyondLittle = (value: number) =>
  judgeAgainstHistory(steady, value * GB, { shareMin: 0.1, factorMax: 3 }).kind;

describe('a value against its history', () => {
  it('says nothing before there is enough, and how much that is', () => {
    expect(judge(steady.slice(1), 900 * GB)).toEqual({
      kind: 'too-little-history',
      count: 9,
      countMin: 10,
    });
    expect(judge(steady, 900 * GB).kind).toBe('unusually-large');
  });

  it('shows the numbers: median, deviation, score, how many', () => {
    expect(judge(steady, 900 * GB)).toMatchObject({
      value: 900 * GB,
      median: 100 * GB,
      mad: 1 * GB,
      count: 10,
    });
  });

  it.each([
    ['as usual', 100, 'usual'],
    ['a quarter more', 125, 'usual'],
    ['double', 200, 'unusually-large'],
    ['half', 50, 'unusually-small'],
    ['nothing at all', 0, 'unusually-small'],
  ])('%s', (_, value, kind) => {
    expect(judge(steady, value * GB).kind).toBe(kind);
  });

  it('has the score of half and of double equally far on either side', () => {
    const [half, double] = [50, 200].map((value) => judge(Array(10).fill(100 * GB), value * GB));
    expect(half).toMatchObject({ score: expect.closeTo(-(double as { score: number }).score, 6) as number });
  });

  it('takes a constant history to vary by a twentieth', () => {
    const constant = Array<number>(10).fill(100 * GB);
    expect(judge(constant, 100 * GB)).toMatchObject({ kind: 'usual', mad: 0, score: 0 });
    expect(judge(constant, 100 * GB + 1).kind).toBe('usual');
    expect(judge(constant, 125 * GB).kind).toBe('usual');
    expect(judge(constant, 135 * GB).kind).toBe('unusually-large');
    expect(judge(Array<number>(10).fill(0), 0).kind).toBe('usual');
    expect(judge(Array<number>(10).fill(0), 5 * GB).kind).toBe('unusually-large');
  });

  it('is usual where it was seen before: the weekly full backup among increments', () => {
    const increments = [2, 2, 3, 2, 2, 2, 2, 3, 2, 2].map((one) => one * GB);
    expect(judge(increments, 100 * GB).kind).toBe('unusually-large');
    expect(judge([...increments, 101 * GB], 100 * GB).kind).toBe('usual');
  });

  it('is usual up to what is too little to matter, however steady the history', () => {
    expect([9.9, 10, 300, 301].map(beyondLittle)).toEqual([
      'unusually-small',
      'usual',
      'usual',
      'unusually-large',
    ]);
  });

  it('does not depend on order or unit, and moves further out with the value', () => {
    const history = fc.array(fc.integer({ min: 1_000_000, max: 1_000_000_000 }), {
      minLength: ANOMALY_HISTORY_MIN,
      maxLength: 40,
    });
    const value = fc.integer({ min: 1_000_000, max: 1_000_000_000 });
    fc.assert(
      fc.property(history, value, (earlier, newest) => {
        const score = scoreOf(earlier, newest);
        expect(scoreOf(earlier.toReversed(), newest)).toBe(score);
        const inKilo = scoreOf(
          earlier.map((one) => one * 1000),
          newest * 1000,
        );
        expect(inKilo).toBeCloseTo(score, 2);
        expect(scoreOf(earlier, newest * 2)).toBeGreaterThan(score);
        const isBelow = newest < Math.min(...earlier);
        expect(judge(earlier, newest).kind === 'unusually-small' && !isBelow).toBe(false);
      }),
    );
  });
});

const run = (at: number, changed: Partial<RunSize> = {}): RunSize => ({
  at,
  sourceBytes: steady[at % 10] ?? null,
  changedBytes: (2 + (at % 3) / 10) * GB,
  files: 1000 + at,
  ...changed,
});
const runs = Array.from({ length: 20 }, (_, at) => run(at));
const afterChange = (share: number) => sizeAnomaly([...runs, run(20, { changedBytes: share * 2.1 * GB })]);

describe('a job', () => {
  it('is usual while it does as it did, in whatever order its runs come', () => {
    expect(sizeAnomaly(runs)).toBeNull();
    expect(sizeAnomaly(runs.toReversed())).toBeNull();
  });

  it('changes everything at once: a hint of ransomware', () => {
    expect(sizeAnomaly([...runs, run(20, { changedBytes: 95 * GB })])).toMatchObject({
      measure: 'changed-bytes',
      at: 20,
      numbers: { kind: 'unusually-large', value: 95 * GB, count: 20 },
    });
  });

  it('has quiet days and busy ones', () => {
    expect([0.11, 2.9].map(afterChange)).toEqual([null, null]);
    expect(afterChange(0.05)).toMatchObject({ numbers: { kind: 'unusually-small' } });
    expect(afterChange(4)).toMatchObject({ numbers: { kind: 'unusually-large' } });
  });

  it('is judged by its newest run alone, and not by what that does not say', () => {
    expect(sizeAnomaly([...runs, run(20, { changedBytes: 95 * GB }), run(21)])).toBeNull();
    expect(
      sizeAnomaly([...runs, run(20, { changedBytes: null, sourceBytes: null, files: null })]),
    ).toBeNull();
    expect(sizeAnomaly([])).toBeNull();
  });

  it('is told by what lies farthest out', () => {
    const newest = run(20, { changedBytes: 95 * GB, files: 900_000 });
    expect(sizeAnomaly([...runs, newest])?.measure).toBe('files');
  });

  it('lost its sources below a tenth of what is usual, from the second run on', () => {
    expect(sourceLoss([...runs, run(20, { sourceBytes: 10 * GB })])).toBeNull();
    expect(sourceLoss([...runs, run(20, { sourceBytes: 10 * GB - 1 })])).toMatchObject({
      measure: 'source-bytes',
      median: 100 * GB,
    });
    expect(sourceLoss([run(0), run(1, { sourceBytes: null, files: 0 })])).toMatchObject({
      measure: 'files',
      value: 0,
    });
    expect(sourceLoss([run(0, { sourceBytes: 0, files: 0 })])).toBeNull();
    expect(
      sourceLoss([run(0, { sourceBytes: 0, files: 0 }), run(1, { sourceBytes: 0, files: 0 })]),
    ).toBeNull();
  });
});
