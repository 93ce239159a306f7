import { expect, test } from 'vitest';
import { scheduleWords } from './schedule-words';

test.each([
  ['0 21 * * 1-5', 'weekdays 21:00'],
  ['15 2 * * *', 'daily 02:15'],
  ['15 2 * * 0-6', 'daily 02:15'],
  ['0 3 * * sun,sat', 'Saturday and Sunday 03:00'],
  ['0 3 * * 5,1,3', 'Monday, Wednesday and Friday 03:00'],
  ['0 12,18 * * *', 'daily 12:00 and 18:00'],
  ['0,30 1 * * 7', 'Sunday 01:00 and 01:30'],
  ['0 4 1 * *', 'monthly on the 1st, 04:00'],
  ['0 4 2,11,23 * *', 'monthly on the 2nd, 11th and 23rd, 04:00'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['* * * * *', 'every minute'],
  ['0 * * * *', 'every hour'],
  ['20 * * * *', 'every hour, from 00:20'],
  ['0 */4 * * *', 'every 4 hours'],
  ['30 */6 * * *', 'every 6 hours, from 00:30'],
])('%s is %s', (expression, words) => {
  expect(scheduleWords({ kind: 'cron', expression })).toBe(words);
});

test.each([
  '*/7 * * * *',
  '0 */5 * * *',
  '0 3 1 * 1',
  '0 3 * 1-6 *',
  '0 0-20/3 * * 1',
  '0 3 */2 * *',
  '0 3 1 * */2',
])('%s has no words and stays as it is', (expression) => {
  expect(scheduleWords({ kind: 'cron', expression })).toBe(expression);
});

test.each([
  [900, '2026-01-01T00:00', 'every 15 minutes'],
  [3600, '2026-01-01T09:00', 'every hour'],
  [3600, '2026-01-01T09:20', 'every hour, from 00:20'],
  [14_400, '2026-01-01T21:30', 'every 4 hours, from 01:30'],
  [5 * 3600, '2026-01-01T21:30', 'every 5 hours'],
  [86_400, '2026-01-01T21:30', 'daily 21:30'],
  [2 * 86_400, '2026-01-01T21:30', 'every 2 days, 21:30'],
  [7 * 86_400, '2026-01-01T21:30', 'every 7 days, 21:30'],
])('each %i seconds from %s is %s', (seconds, anchor, words) => {
  expect(scheduleWords({ kind: 'interval', seconds, anchor })).toBe(words);
});
