import { describe, expect, it } from 'vitest';
import * as properties from './properties.fixture';

const RUNS = 600;

describe('any verdict', () => {
  it('is constant until changesAt and differs at it', () => {
    expect(properties.holdsUntilItChanges(RUNS)).toBeGreaterThan(RUNS / 2);
  });
  it('fails first at failsAt', () => {
    expect(properties.failsFirstAtFailsAt(RUNS)).toBeGreaterThan(RUNS / 4);
  });
  it('is no worse with one more good copy', () => {
    expect(properties.isNoWorseWithAGoodCopy(RUNS)).toBeGreaterThan(RUNS / 200);
  });
  it('does not depend on the order of facts', () => {
    expect(properties.ignoresOrder(RUNS)).toBe(true);
  });
  it('is never green in silence', () => {
    expect(properties.isNeverGreenInSilence(RUNS)).toBe(true);
  });
});
