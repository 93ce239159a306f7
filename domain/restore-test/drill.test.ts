import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { HOUR } from '../time/instant';
import { chooseDamage, drillStage, isDrillAlarmOver, judgeDrill, whyUnconfirmable } from './drill';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const FILES = Array.from({ length: 50 }, (_, index) => ({ path: `/srv/${index}`, bytes: index }));
const T0 = Date.parse('2026-11-27T12:00:00Z');

describe('what a drill damages', () => {
  test('is one byte within one file, by the seed alone', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const chosen = chooseDamage(FILES, seed, sha256Hex);
      expect(chooseDamage(FILES.toReversed(), seed, sha256Hex)).toEqual(chosen);
      expect(chosen?.offset).toBeGreaterThanOrEqual(0);
      expect(chosen?.offset).toBeLessThan(chosen?.file.bytes ?? 0);
      seen.add(chosen?.file.path ?? '');
    }
    // The empty one cannot be damaged; the others all have their turn in so many.
    expect(seen).not.toContain('/srv/0');
    expect(seen.size).toBeGreaterThan(30);
  });

  test('is nothing where every file is empty', () => {
    expect(chooseDamage([{ path: '/srv/0', bytes: 0 }], 1, sha256Hex)).toBeNull();
  });
});

describe('what a drill proves', () => {
  const sight = { damagedPath: '/a', unlike: ['/a'], trouble: null };

  test.each([
    ['exactly the damaged file differs', sight, 'noticed'],
    ['the damaged file was taken for good', { ...sight, unlike: [] }, 'unnoticed'],
    ['another file differs too', { ...sight, unlike: ['/a', '/b'] }, 'copy-damaged'],
    ['another file differs, and the damaged one does not', { ...sight, unlike: ['/b'] }, 'copy-damaged'],
    ['nothing could be damaged', { ...sight, damagedPath: null, unlike: [] }, 'error'],
    ['the tool names damage', { ...sight, trouble: { kind: 'damage', message: 'pack' } }, 'copy-damaged'],
    ['the disk is full', { ...sight, trouble: { kind: 'obstacle', message: 'full' } }, 'error'],
  ] as const)('%s', (_what, seen, outcome) => {
    const judged = judgeDrill(seen);
    expect(judged.outcome).toBe(outcome);
    expect(judged.reason === null).toBe(outcome === 'noticed');
  });
});

describe('the alarm of a drill', () => {
  const open = { openedAt: T0, closedAt: null, confirmedAt: null };

  test('is over once somebody confirms it, or after a day', () => {
    expect(isDrillAlarmOver(open, T0 + 24 * HOUR - 1)).toBe(false);
    expect(isDrillAlarmOver(open, T0 + 24 * HOUR)).toBe(true);
    expect(isDrillAlarmOver({ ...open, confirmedAt: T0 + 1 }, T0 + 2)).toBe(true);
  });

  test('can be confirmed only once a message of it was delivered, and only once', () => {
    const now = T0 + HOUR;
    expect(whyUnconfirmable('noticed', open, true, now)).toBeNull();
    expect(whyUnconfirmable('noticed', open, false, now)).toMatch(/No message/);
    expect(whyUnconfirmable('noticed', null, false, now)).toMatch(/not raised yet/);
    expect(whyUnconfirmable(null, null, false, now)).toMatch(/not raised yet/);
    expect(whyUnconfirmable('unnoticed', open, true, now)).toMatch(/no alarm/);
    expect(whyUnconfirmable('noticed', { ...open, confirmedAt: T0 }, true, now)).toMatch(/already/);
    expect(whyUnconfirmable('noticed', { ...open, closedAt: T0 + 1 }, true, now)).toMatch(/over/);
    expect(whyUnconfirmable('noticed', open, true, T0 + 24 * HOUR)).toMatch(/over/);
  });

  test('tells how far the drill has come', () => {
    expect(drillStage('skipped', null)).toBe('ended');
    expect(drillStage('unnoticed', open)).toBe('failed');
    expect(drillStage('noticed', null)).toBe('raising');
    expect(drillStage('noticed', open)).toBe('telling');
    expect(drillStage('noticed', { ...open, closedAt: T0 + 1 })).toBe('unconfirmed');
    expect(drillStage('noticed', { ...open, closedAt: T0 + 2, confirmedAt: T0 + 1 })).toBe('confirmed');
  });
});
