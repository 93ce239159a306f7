import { expect, test } from 'vitest';
import { periodIn } from './period';

test('holds both of its days whole, in the zone, though clocks change within', () => {
  const { from, to } = periodIn('Europe/London', { firstDay: '2026-03-01', lastDay: '2026-03-31' });
  expect(new Date(from).toISOString()).toBe('2026-03-01T00:00:00.000Z');
  expect(new Date(to).toISOString()).toBe('2026-03-31T23:00:00.000Z');
  const day = periodIn('America/New_York', { firstDay: '2026-07-01', lastDay: '2026-07-01' });
  expect(day.to - day.from).toBe(86_400_000);
  expect(new Date(day.from).toISOString()).toBe('2026-07-01T04:00:00.000Z');
});
