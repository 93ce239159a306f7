import { describe, expect, it } from 'vitest';
import { longestInterval } from './longest-interval';

describe('The longest time between two due times', () => {
  it.each([
    ['every day at nine', '0 21 * * *', 24],
    ['on weekdays, over a weekend', '0 21 * * 1-5', 72],
    ['twice a day, over the night', '0 8,20 * * *', 12],
    ['every six hours', '0 */6 * * *', 6],
    ['on Sundays', '0 3 * * 0', 7 * 24],
    ['on the first, over a long month', '0 3 1 * *', 31 * 24],
  ])('is told for a job %s', (_, expression, hours) => {
    expect(longestInterval({ kind: 'cron', expression })).toBe(hours * 3600);
  });

  it('is an interval itself', () => {
    expect(longestInterval({ kind: 'interval', seconds: 7200, anchor: '2026-01-01T00:00' })).toBe(7200);
  });

  it('is not known of what is due once in a leap year', () => {
    expect(longestInterval({ kind: 'cron', expression: '0 3 29 2 *' })).toBeNull();
  });
});
