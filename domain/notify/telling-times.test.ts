import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time/instant';
import { localAt } from '../time/zone-clock';
import { ruleTerms } from './notification-rule';
import { nextHour, quietUntil } from './telling-times';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const at = (text: string) => Date.parse(text);
const NIGHTS = [{ days: EVERY_DAY, fromMinute: 22 * 60, toMinute: 7 * 60 }];

test.each([
  ['2026-11-27T21:59:59Z', null],
  ['2026-11-27T22:00:00Z', '2026-11-28T07:00:00Z'],
  ['2026-11-28T06:59:59Z', '2026-11-28T07:00:00Z'],
  ['2026-11-28T07:00:00Z', null],
])('nights are quiet from their first minute on, their end is outside: %s', (now, until) => {
  expect(quietUntil(NIGHTS, 'Europe/London', at(now))).toBe(until === null ? null : at(until));
});

test('windows that touch are one; a window belongs to the day on which it begins', () => {
  const weekend = [...NIGHTS, { days: [6, 7], fromMinute: 0, toMinute: 0 }];
  // Friday 22:00 → Monday 07:00.
  expect(quietUntil(weekend, 'UTC', at('2026-11-27T22:30:00Z'))).toBe(at('2026-11-30T07:00:00Z'));
  const fridays = [{ days: [5], fromMinute: 22 * 60, toMinute: 60 }];
  expect(quietUntil(fridays, 'UTC', at('2026-11-28T00:30:00Z'))).toBe(at('2026-11-28T01:00:00Z'));
  expect(quietUntil(fridays, 'UTC', at('2026-11-27T00:30:00Z'))).toBe(null);
});

test('quiet hours go by the wall clock when clocks change', () => {
  // London goes from 02:00 back to 01:00 on 25 October 2026: the night is an hour longer.
  expect(quietUntil(NIGHTS, 'Europe/London', at('2026-10-24T21:00:00Z'))).toBe(at('2026-10-25T07:00:00Z'));
});

test('the end of quiet hours is never quiet, and nothing before it is loud', () => {
  const window = fc.record({
    days: fc.subarray(EVERY_DAY, { minLength: 1 }),
    fromMinute: fc.integer({ min: 0, max: 1439 }),
    toMinute: fc.integer({ min: 0, max: 1439 }),
  });
  const zone = fc.constantFrom('UTC', 'Europe/London', 'America/St_Johns', 'Australia/Lord_Howe');
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 4 }),
      zone,
      fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
      (windows, timeZone, now) => {
        const terms = { windows, criticalPasses: false };
        fc.pre(ruleTerms.shape.quiet.safeParse(terms).success);
        const until = quietUntil(windows, timeZone, now);
        if (until === null) return;
        expect(until).toBeGreaterThan(now);
        expect(quietUntil(windows, timeZone, until)).toBe(null);
        const middle = now + Math.floor((until - now) / 2);
        expect(quietUntil(windows, timeZone, middle)).toBe(until);
      },
    ),
    { numRuns: 500 },
  );
});

test('a rule that is quiet all week is refused', () => {
  const quiet = { windows: [{ days: EVERY_DAY, fromMinute: 60, toMinute: 60 }], criticalPasses: true };
  expect(ruleTerms.shape.quiet.safeParse(quiet).success).toBe(false);
  expect(
    ruleTerms.shape.quiet.safeParse({
      ...quiet,
      windows: [{ days: EVERY_DAY, fromMinute: 60, toMinute: 59 }],
    }).success,
  ).toBe(true);
});

test.each([
  ['2026-11-28T06:59:00Z', '2026-11-28T07:00:00Z'],
  ['2026-11-28T07:00:00Z', '2026-11-28T07:00:00Z'],
  ['2026-11-28T07:00:00.001Z', '2026-11-29T07:00:00Z'],
])('the hour of a digest after %s', (now, due) => {
  expect(nextHour(7, 'Europe/London', at(now))).toBe(at(due));
});

test('the hour of a digest comes once a day in every zone', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia'),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
      (timeZone, hour, now) => {
        const due = nextHour(hour, timeZone, now);
        expect(due - now).toBeGreaterThanOrEqual(0);
        expect(due - now).toBeLessThanOrEqual(DAY + HOUR);
        const shown = localAt(due, timeZone) % DAY;
        // A skipped hour is told at the first instant after it.
        expect(shown - hour * HOUR).toBeGreaterThanOrEqual(0);
        expect(shown - hour * HOUR).toBeLessThanOrEqual(60 * MINUTE);
      },
    ),
    { numRuns: 500 },
  );
});
