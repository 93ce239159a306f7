import { expect, test } from 'vitest';
import { nextTryAt } from './next-try';

test.each([
  [1, 0, 15_000],
  [1, 0.999_999, 30_000],
  [2, 0, 30_000],
  [7, 0, 960_000],
  [8, 0, 1_800_000],
  [8, 0.999_999_999, 3_600_000],
  [60, 0, 1_800_000],
  [2000, 0, 1_800_000],
])('after %i failures with chance %d the next try is %i ms away', (attempts, chance, waitMs) => {
  expect(nextTryAt(1000, attempts, chance)).toBe(1000 + waitMs);
});
