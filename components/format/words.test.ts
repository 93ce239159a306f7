import { describe, expect, test } from 'vitest';
import { clockText, dateText, dayText, exactText, instantText, shortInstantText } from './words';

const AT = Date.UTC(2026, 10, 24, 7, 0, 12);
const NOW = Date.UTC(2026, 10, 25, 9, 0);

describe('instants in words', () => {
  test('are told in the zone that is asked for', () => {
    expect(instantText(AT, 'Europe/London', NOW)).toBe('Tue 24 Nov 07:00');
    expect(instantText(AT, 'America/New_York', NOW)).toBe('Tue 24 Nov 02:00');
    expect(instantText(AT, 'Asia/Kathmandu', NOW)).toBe('Tue 24 Nov 12:45');
    expect(clockText(Date.UTC(2026, 10, 24), 'UTC')).toBe('00:00');
  });

  test('name another year than this one', () => {
    expect(instantText(Date.UTC(2025, 0, 5, 3, 4), 'UTC', NOW)).toBe('Sun 5 Jan 2025 03:04');
  });

  test('are exact for who asks, with the zone', () => {
    expect(exactText(AT, 'Europe/London')).toBe('Tue 24 Nov 2026, 07:00:12 Europe/London');
    expect(dayText(AT, 'UTC')).toBe('24 Nov 2026');
    expect(dateText('2026-11-14')).toBe('Sat 14 Nov');
  });

  test('are short in narrow columns: the clock today, the weekday this week, else the date', () => {
    expect(shortInstantText(Date.UTC(2026, 10, 25, 6), 'UTC', NOW)).toBe('06:00');
    expect(shortInstantText(AT, 'UTC', NOW)).toBe('Tue 07:00');
    expect(shortInstantText(Date.UTC(2026, 10, 18, 7), 'UTC', NOW)).toBe('18 Nov');
    expect(shortInstantText(Date.UTC(2025, 10, 25, 7), 'UTC', NOW)).toBe('25 Nov');
  });
});
