import { expect, test } from 'vitest';
import { agreesWithOracle } from './occurrences.fixture';

const CASES = 1_000_000;

test('a million random schedules, zones and windows of 2015–2035: due when an oracle that walks the minutes says so', () => {
  const seen = agreesWithOracle(CASES, 30_000_000);
  expect(seen.occurrences).toBeGreaterThan(CASES);
  expect(seen.moved).toBeGreaterThan(CASES / 100);
});
