import { describe, expect, test } from 'vitest';
import { DAY } from '../time/instant';
import { copyToTest, restoreTestAskedFrom } from './due';
import { judgeRestore, restoreTime } from './judge-restore';

const counts = (changes: object = {}) => ({
  matched: 3,
  mismatched: 0,
  missing: 0,
  unverifiable: 0,
  ...changes,
});
const damage = { kind: 'damage', message: 'a pack is gone' } as const;
const obstacle = { kind: 'obstacle', message: 'the disk is full' } as const;

const copy = (repositoryId: string, lastTestAt: number | null) => ({ repositoryId, lastTestAt });

describe('what a restore proved', () => {
  test.each([
    ['all the same', counts(), null, 'passed'],
    ['one cannot be compared', counts({ unverifiable: 1 }), null, 'passed'],
    ['one differs', counts({ mismatched: 1 }), null, 'failed'],
    ['one is missing', counts({ missing: 1 }), null, 'failed'],
    ['nothing could be compared', counts({ matched: 0, unverifiable: 3 }), null, 'error'],
    ['damage, though all are the same', counts(), damage, 'failed'],
    ['a full disk, and files are missing', counts({ missing: 2 }), obstacle, 'error'],
    ['a full disk, though all are the same', counts(), obstacle, 'error'],
  ] as const)('%s: %s', (_name, seen, trouble, result) => {
    const judged = judgeRestore(seen, trouble);
    expect(judged.result).toBe(result);
    expect(judged.reason === null).toBe(result === 'passed');
  });

  test.each(['passed', 'failed', 'error', 'skipped'] as const)(
    'a script that says %s has the last word',
    (result) => {
      expect(judgeRestore(counts(), null, { result, message: 'said' }).result).toBe(result);
      expect(judgeRestore(counts({ missing: 1 }), null, { result, message: 'said' }).result).toBe('failed');
    },
  );
});

describe('how long a restore takes', () => {
  test('all of it is measured, a part extrapolated by bytes, and the target kept or not', () => {
    expect(restoreTime(1000, { bytes: 1000, seconds: 5 }, 5)).toEqual({
      seconds: 5,
      basis: 'measured',
      met: true,
    });
    expect(restoreTime(1000, { bytes: 10, seconds: 5 }, 499)).toEqual({
      seconds: 500,
      basis: 'extrapolated',
      met: false,
    });
    expect(restoreTime(1000, { bytes: 10, seconds: 5 }, null)?.met).toBeNull();
    expect(restoreTime(1000, { bytes: 0, seconds: 5 }, 1)).toBeNull();
  });
});

describe('when a test is asked for', () => {
  test('at once without any, else a tenth of the cadence early, at most a week', () => {
    expect(restoreTestAskedFrom(null, 90 * 86_400)).toBe(-Infinity);
    expect(restoreTestAskedFrom(0, 10 * 86_400)).toBe(9 * DAY);
    expect(restoreTestAskedFrom(0, 365 * 86_400)).toBe(358 * DAY);
  });

  test('of the copy that was tested longest ago, one that never was before all', () => {
    expect(copyToTest([copy('a', 5), copy('b', 3)])?.repositoryId).toBe('b');
    expect(copyToTest([copy('a', 5), copy('c', null), copy('b', null)])?.repositoryId).toBe('b');
    expect(copyToTest([])).toBeNull();
  });
});
