import { expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { lookBackFrom } from './look-back';

const NOW = Date.UTC(2026, 10, 18, 12);
const cron = (expression: string) => ({ kind: 'cron', expression }) as const;

test('as far back as two days, or four due times where they lie further apart', () => {
  expect(lookBackFrom(cron('0 * * * *'), 'UTC', NOW)).toBe(NOW - 2 * DAY);
  expect(lookBackFrom(cron('0 21 * * *'), 'UTC', NOW)).toBe(NOW - 4 * DAY + 9 * HOUR);
  expect(lookBackFrom(cron('0 12 * * 0'), 'UTC', NOW)).toBe(NOW - 24 * DAY);
});

test('no further back than 400 days', () => {
  expect(lookBackFrom(cron('0 12 1 1 *'), 'UTC', NOW)).toBe(Date.UTC(2026, 0, 1, 12));
});
