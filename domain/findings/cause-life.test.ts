import { describe, expect, test } from 'vitest';
import { HOUR } from '../time/instant';
import { type CauseHeld, type CauseKept, FLAP_WINDOW, isWaived, nextOfCause } from './cause-life';

const NOW = Date.parse('2026-11-28T08:00:00Z');
const held = (changed: Partial<CauseHeld> = {}): CauseHeld => ({
  severity: 'warning',
  systemCount: 3,
  findingCount: 4,
  waivedCount: 0,
  ...changed,
});
const kept = (changed: Partial<CauseKept> = {}): CauseKept => ({
  ...held(),
  closedAt: null,
  flapCount: 0,
  toldSystemCount: 3,
  snoozedUntil: null,
  ...changed,
});
const kinds = (before: CauseKept | null, now: CauseHeld | null) =>
  nextOfCause(before, now, NOW)?.happenings.map(({ kind }) => kind);

test('what nobody knew opens, with how much it concerns', () => {
  expect(nextOfCause(null, held(), NOW)).toEqual({
    is: 'new',
    isOpen: true,
    flapCount: 0,
    toldSystemCount: 3,
    snoozedUntil: null,
    happenings: [{ kind: 'opened', systemCount: 3, findingCount: 4 }],
  });
});

test('nothing happens to what was not open and is not', () => {
  expect(nextOfCause(null, null, NOW)).toBeNull();
  expect(nextOfCause(kept({ closedAt: NOW - HOUR }), null, NOW)).toBeNull();
});

test('an evaluation that changes nothing tells nothing, however often', () => {
  expect(kinds(kept(), held())).toEqual([]);
});

test('without findings it closes', () => {
  expect(nextOfCause(kept({ flapCount: 2 }), null, NOW)).toMatchObject({
    is: 'kept',
    isOpen: false,
    flapCount: 2,
  });
  expect(kinds(kept(), null)).toEqual(['closed']);
});

describe('the flap window', () => {
  test.each([
    [0, 'kept', 'reopened', 1],
    [FLAP_WINDOW - 1, 'kept', 'reopened', 1],
    [FLAP_WINDOW, 'new', 'opened', 0],
    [FLAP_WINDOW + 1, 'new', 'opened', 0],
  ])('%i ms after it closed: %s, %s', (agoMs, is, happening, flapCount) => {
    const next = nextOfCause(kept({ closedAt: NOW - agoMs }), held(), NOW);
    expect(next).toMatchObject({ is, flapCount, isOpen: true });
    expect(next?.happenings.map(({ kind }) => kind)).toEqual([happening]);
  });

  test('what comes back sleeps on as it slept', () => {
    const before = kept({ closedAt: NOW - HOUR, snoozedUntil: NOW + HOUR });
    expect(nextOfCause(before, held(), NOW)?.snoozedUntil).toBe(NOW + HOUR);
  });
});

describe('growth', () => {
  test.each([
    [3, 5, []],
    [3, 6, ['grew']],
    [1, 2, ['grew']],
    [0, 0, []],
    [3, 2, []],
  ])('told of %i systems, now %i', (toldSystemCount, systemCount, expected) => {
    expect(kinds(kept({ toldSystemCount }), held({ systemCount }))).toEqual(expected);
  });

  test('is told once', () => {
    const next = nextOfCause(kept(), held({ systemCount: 6 }), NOW);
    expect(next?.toldSystemCount).toBe(6);
    expect(kinds(kept({ toldSystemCount: 6, systemCount: 6 }), held({ systemCount: 6 }))).toEqual([]);
  });
});

describe('a snooze', () => {
  const asleep = kept({ snoozedUntil: NOW + HOUR });
  test('lasts while it only grows', () => {
    expect(nextOfCause(asleep, held({ systemCount: 90 }), NOW)?.snoozedUntil).toBe(NOW + HOUR);
  });
  test('ends when it turns critical', () => {
    const next = nextOfCause(asleep, held({ severity: 'critical' }), NOW);
    expect(next?.snoozedUntil).toBeNull();
    expect(next?.happenings.map(({ kind }) => kind)).toEqual(['worsened', 'woke']);
  });
  test('that is over wakes nobody again', () => {
    expect(kinds(kept({ snoozedUntil: NOW }), held({ severity: 'critical' }))).toEqual(['worsened']);
  });
});

describe('a waiver', () => {
  test('covers a cause when it covers all of its findings', () => {
    expect(isWaived(held({ waivedCount: 3 }))).toBe(false);
    expect(isWaived(held({ waivedCount: 4 }))).toBe(true);
    expect(isWaived(held({ findingCount: 0 }))).toBe(false);
  });
  test('that ends, or that a new finding escapes, is told', () => {
    expect(kinds(kept({ waivedCount: 4 }), held({ waivedCount: 0 }))).toEqual(['waiver-ended']);
    expect(kinds(kept({ waivedCount: 4 }), held({ findingCount: 5, waivedCount: 4 }))).toEqual([
      'waiver-ended',
    ]);
    expect(kinds(kept({ waivedCount: 4 }), held({ waivedCount: 4 }))).toEqual([]);
  });
});
