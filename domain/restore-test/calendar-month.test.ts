import { expect, test } from 'vitest';
import { calendarMonth, monthAt, monthAway, monthBounds } from './calendar-month';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const dates = (month: string) =>
  calendarMonth(month, [], 'UTC', NOW).map((week) => week.map((day) => day.date));

test('a month is whole weeks from Monday to Sunday', () => {
  const weeks = dates('2026-11');
  expect(weeks.map((week) => [week.length, week[0], week[6]])).toEqual([
    [7, '2026-10-26', '2026-11-01'],
    [7, '2026-11-02', '2026-11-08'],
    [7, '2026-11-09', '2026-11-15'],
    [7, '2026-11-16', '2026-11-22'],
    [7, '2026-11-23', '2026-11-29'],
    [7, '2026-11-30', '2026-12-06'],
  ]);
  expect(dates('2027-02')).toHaveLength(4); // begins on a Monday and has 28 days
});

test('what happened stands on the day of the zone, whatever the day in UTC', () => {
  const late = Date.parse('2026-11-30T23:30:00Z');
  const countsOn = (date: string, timeZone: string) =>
    calendarMonth('2026-11', [{ at: late, kind: 'passed' }], timeZone, NOW)
      .flat()
      .find((day) => day.date === date)?.counts;
  expect([countsOn('2026-11-30', 'UTC'), countsOn('2026-12-01', 'UTC')]).toEqual([{ passed: 1 }, {}]);
  expect([countsOn('2026-11-30', 'Europe/Berlin'), countsOn('2026-12-01', 'Europe/Berlin')]).toEqual([
    {},
    { passed: 1 },
  ]);
});

test('kinds are counted apart, and today is told', () => {
  const entries = [
    { at: NOW, kind: 'passed' },
    { at: NOW + 1, kind: 'passed' },
    { at: NOW, kind: 'due' },
  ] as const;
  const days = calendarMonth('2026-11', entries, 'UTC', NOW).flat();
  expect(days.filter((day) => day.isToday)).toEqual([
    { date: '2026-11-29', isInMonth: true, isToday: true, counts: { passed: 2, due: 1 } },
  ]);
});

test('its bounds hold all of its weeks in every zone', () => {
  const { from, to } = monthBounds('2026-11');
  expect(from).toBeLessThanOrEqual(Date.parse('2026-10-25T10:00:00Z'));
  expect(to).toBeGreaterThanOrEqual(Date.parse('2026-12-07T12:00:00Z'));
});

test('months are counted over the turn of the year', () => {
  expect([monthAway('2026-12', 1), monthAway('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
  expect(monthAt(Date.parse('2026-12-31T23:30:00Z'), 'Europe/Berlin')).toBe('2027-01');
});
