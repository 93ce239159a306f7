import { expect, test } from 'vitest';
import { agreesWithOracle } from './occurrences.fixture';

const CASES = 20_000;
const PARTS = [0, 1, 2, 3];

test.each(PARTS)(
  '20,000 random schedules, zones and windows of 2015–2035, part %i of 4: due when an oracle that walks the minutes says so',
  (part) => {
    const cases = CASES / PARTS.length;
    const seen = agreesWithOracle(cases, 20_260_101 + part * cases);
    expect(seen.occurrences).toBeGreaterThan(cases);
    expect(seen.moved).toBeGreaterThan(cases / 100);
  },
);
