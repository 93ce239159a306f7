import { describe, expect, it } from 'vitest';
import { readSchedule } from './read-schedule';
import { scheduleText } from './schedule-text';
import type { Schedule } from './schedule';

const SCHEDULES: readonly (readonly [string, Schedule])[] = [
  ['0 21 * * 1-5', { kind: 'cron', expression: '0 21 * * 1-5' }],
  ['every 6 h', { kind: 'interval', seconds: 21_600, anchor: '2024-01-01T00:00' }],
  ['every 30 min from 00:10', { kind: 'interval', seconds: 1800, anchor: '2024-01-01T00:10' }],
  ['every 2 days from 2026-01-02 02:00', { kind: 'interval', seconds: 172_800, anchor: '2026-01-02T02:00' }],
];

describe('A schedule as text', () => {
  it.each(SCHEDULES)('%s is read, and written the same', (text, schedule) => {
    expect(readSchedule(text)).toEqual({ isValid: true, schedule });
    expect(scheduleText(schedule)).toBe(text);
  });

  it.each([
    ['daily 21:00', '0 21 * * *'],
    ['Weekdays  9:30', '30 9 * * 1-5'],
    ['Sunday 03:00', '0 3 * * 0'],
    ['saturdays, 03:05', '5 3 * * 6'],
    [' 0  21 * *  * ', '0 21 * * *'],
  ])('%s is %s', (text, expression) => {
    expect(readSchedule(text)).toEqual({ isValid: true, schedule: { kind: 'cron', expression } });
  });

  it.each([
    ['every now and then', 'every 6 h'],
    ['every 0 h', 'at least a minute'],
    ['every 401 days', 'at most 400 days'],
    ['every 2 days from 2026-02-30 02:00', 'no such day'],
    ['daily', 'daily 21:00'],
    ['doomsday 03:00', 'no day called'],
    ['61 * * * *', '61'],
    ['', 'field'],
  ])('%s is refused in words', (text, words) => {
    const reading = readSchedule(text);
    expect(reading.isValid ? '' : reading.problem).toContain(words);
  });
});
