import { expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { statusDays, type StatusChange } from './status-days';

const NOON = Date.UTC(2026, 10, 17, 12);
const last = (histories: readonly (readonly StatusChange[])[], count: number) =>
  statusDays(histories, 'UTC', 0, NOON, count).map((day) => day.status);

test('a status is carried over midnight until the next change', () => {
  const changes: StatusChange[] = [
    { at: NOON - 3 * DAY, status: 'compliant' },
    { at: NOON - DAY, status: 'at-risk' },
  ];
  expect(last([changes], 5)).toEqual(['no-data', 'compliant', 'compliant', 'at-risk', 'at-risk']);
});

test('a day takes the worst that held during any part of it, of every system', () => {
  const healthy: StatusChange[] = [{ at: NOON - 5 * DAY, status: 'compliant' }];
  const brief: StatusChange[] = [
    { at: NOON - 5 * DAY, status: 'compliant' },
    { at: NOON - DAY, status: 'non-compliant' },
    { at: NOON - DAY + HOUR, status: 'compliant' },
  ];
  expect(last([healthy, brief], 3)).toEqual(['compliant', 'non-compliant', 'compliant']);
});

test('a change at midnight belongs to the new day alone', () => {
  const midnight = Date.UTC(2026, 10, 17);
  const changes: StatusChange[] = [
    { at: midnight - DAY, status: 'unknown' },
    { at: midnight, status: 'compliant' },
  ];
  expect(last([changes], 2)).toEqual(['unknown', 'compliant']);
});

test('of two changes at one instant the later in the list holds', () => {
  const at = NOON - HOUR;
  expect(
    last(
      [
        [
          { at, status: 'non-compliant' },
          { at, status: 'compliant' },
        ],
      ],
      1,
    ),
  ).toEqual(['compliant']);
});

test('what lies in the future is not known yet, and nothing at all is no data', () => {
  expect(last([[{ at: NOON + HOUR, status: 'compliant' }]], 1)).toEqual(['no-data']);
  expect(last([], 2)).toEqual(['no-data', 'no-data']);
});

test('days are those of the zone and start at its hour', () => {
  const changes: StatusChange[] = [{ at: Date.UTC(2026, 10, 17, 2), status: 'compliant' }];
  const days = statusDays([changes], 'America/New_York', 6, NOON, 2);
  expect(days.map(({ date, status }) => [date, status])).toEqual([
    ['2026-11-16', 'compliant'],
    ['2026-11-17', 'compliant'],
  ]);
  expect(days[1]?.startsAt).toBe(Date.UTC(2026, 10, 17, 11));
});
