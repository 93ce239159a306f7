import { expect, test } from 'vitest';
import { dayFieldText, instantFieldText, snoozeChoices } from './snooze-choices';

// Local times, as a browser has them.
const at = (day: number, hour = 10) => new Date(2026, 10, day, hour, 30);
const choices = (now: Date) => snoozeChoices(now).map(({ at: until }) => instantFieldText(until));

test.each([
  ['on a Saturday', at(28), ['2026-11-28T14:30', '2026-11-29T08:00', '2026-11-30T08:00', '2026-12-05T08:00']],
  ['on a Monday', at(30), ['2026-11-30T14:30', '2026-12-01T08:00', '2026-12-07T08:00']],
  ['before midnight', at(29, 23), ['2026-11-30T03:30', '2026-11-30T08:00', '2026-12-06T08:00']],
])('times to snooze until, %s', (_, now, expected) => {
  expect(choices(now)).toEqual(expected);
});

test('every choice lies ahead', () => {
  for (let day = 1; day <= 7; day++)
    for (const { at: until } of snoozeChoices(at(day, 7)))
      expect(until.getTime()).toBeGreaterThan(at(day, 7).getTime());
});

test('days have two digits', () => {
  expect(dayFieldText(new Date(2026, 0, 5))).toBe('2026-01-05');
});
