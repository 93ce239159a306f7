import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWeek, type Week } from './run-week';
import { expectedOf } from './week-oracle';
import { linesOf, outcomeOf } from './week-outcome';

const MACHINES_PER_CLIENT = 6;
const seed = Number(process.env['WEEK_SEED'] ?? Date.now() % 1_000_000);
let week: Week;

beforeAll(async () => {
  week = await runWeek({ machinesPerClient: MACHINES_PER_CLIENT, seed, killChance: 0.1 });
}, 600_000);
afterAll(() => week?.close());

it('a scripted week of thirty machines ends with the findings and messages that the oracle lists, the worker killed', async () => {
  expect(week.kills, `WEEK_SEED=${seed}`).toBeGreaterThan(0);
  expect(linesOf(await outcomeOf(week)), `WEEK_SEED=${seed}`).toEqual(
    linesOf(expectedOf(MACHINES_PER_CLIENT)),
  );
});
