import { expect, test } from 'vitest';
import { agreesWithOracle } from './occurrences.fixture';

const CASES = 100_000;

test('100,000 random schedules, zones and windows of 2015–2035: the same occurrences as an oracle that walks the minutes', () => {
  const seen = agreesWithOracle(CASES, 20_260_101);
  expect(seen.occurrences).toBeGreaterThan(CASES);
  expect(seen.moved).toBeGreaterThan(CASES / 100);
});
