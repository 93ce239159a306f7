import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../time/instant';
import { nextPullAt, pullSilentAt } from './pull-times';

const NOW = Date.UTC(2026, 2, 12);
const wait = (said: Partial<Parameters<typeof nextPullAt>[0]>, chance = 0.5) =>
  nextPullAt(
    { problem: null, failures: 0, intervalMinutes: 60, retryAfterMs: null, hasMore: false, ...said },
    NOW,
    chance,
  ) - NOW;

describe('the next pull', () => {
  test('comes after the interval, give or take a tenth', () => {
    expect(wait({})).toBe(HOUR);
    expect([wait({}, 0), wait({}, 1)]).toEqual([54 * MINUTE, 66 * MINUTE]);
  });

  test('comes at once where there is more, or it was interrupted', () => {
    expect(wait({ hasMore: true })).toBe(10_000);
    expect(wait({ problem: 'interrupted' })).toBe(10_000);
  });

  test('comes less often with each failure, never less than planned', () => {
    const waits = [1, 2, 3, 4, 10, 1000].map(
      (failures) => wait({ problem: 'unreachable', failures }) / MINUTE,
    );
    expect(waits).toEqual([1, 2, 4, 8, 60, 60]);
  });

  test('with refused credentials comes seldom: servers lock accounts', () => {
    const waits = [1, 2, 3, 4, 10].map((failures) => wait({ problem: 'not-let-in', failures }) / MINUTE);
    expect(waits).toEqual([60, 60, 60, 120, 360]);
    expect(wait({ problem: 'not-let-in', failures: 1, intervalMinutes: 1440 })).toBe(6 * HOUR);
  });

  test('waits as long as the server asks for, a day at most', () => {
    expect(wait({ problem: 'busy', failures: 1, retryAfterMs: 3 * HOUR })).toBe(3 * HOUR);
    expect(wait({ problem: 'busy', failures: 1, retryAfterMs: 1000 })).toBe(MINUTE);
    expect(wait({ problem: 'busy', failures: 1, retryAfterMs: 1000 * HOUR })).toBe(24 * HOUR);
  });
});

test('a connector is silent two hours after its next pull should have reached the server', () => {
  expect(pullSilentAt(NOW, 60)).toBe(NOW + 3 * HOUR);
  expect(pullSilentAt(NOW, 1440)).toBe(NOW + 26 * HOUR);
});
