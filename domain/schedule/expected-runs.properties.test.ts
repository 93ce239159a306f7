import { describe, expect, it } from 'vitest';
import * as properties from './expected-runs.fixture';

const RUNS = 200;

describe('any expected runs', () => {
  it('are constant until changesAt and differ at it', () => {
    expect(properties.holdsUntilItChanges(RUNS)).toBeGreaterThan(RUNS / 2);
  });
  it('do not depend on the order of facts', () => {
    expect(properties.ignoresOrder(RUNS)).toBe(true);
  });
  it('are no worse with one more success', () => {
    expect(properties.isNoWorseWithASuccess(RUNS)).toBeGreaterThan(RUNS / 10);
  });
  it('take each run once, and every state keeps its word', () => {
    expect(properties.accountsForEveryRun(RUNS).size).toBe(6);
  });
  it('are not given up in an outage of ours', () => {
    expect(properties.spansOutages(RUNS)).toBeGreaterThan(RUNS);
  });
});
