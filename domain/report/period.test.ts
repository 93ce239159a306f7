import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { daysOf, daysOfMonth, instantsOf, monthsOf, rangeWords } from './period';

describe('days', () => {
  test.each([
    ['2026-02', '2026-02-28'],
    ['2028-02', '2028-02-29'],
    ['2026-12', '2026-12-31'],
  ])('of %s end with %s', (month, lastOn) => {
    expect(daysOfMonth(month)).toEqual({ firstOn: `${month}-01`, lastOn });
  });

  test('of a month with a change of clocks are an hour longer', () => {
    const { from, to } = instantsOf(daysOfMonth('2026-10'), 'Europe/London', 0);
    expect(to - from).toBe(31 * DAY + HOUR);
    expect(new Date(from).toISOString()).toBe('2026-09-30T23:00:00.000Z');
  });

  test('start at the hour at which the client starts its day', () => {
    const { from } = instantsOf({ firstOn: '2026-10-05', lastOn: '2026-10-05' }, 'UTC', 6);
    expect(new Date(from).toISOString()).toBe('2026-10-05T06:00:00.000Z');
  });

  test('are split where a month ends, without a gap', () => {
    const range = { firstOn: '2026-09-30', lastOn: '2026-11-02' };
    const parts = monthsOf(range);
    expect(parts.map(({ firstOn, lastOn }) => [firstOn, lastOn])).toEqual([
      ['2026-09-30', '2026-09-30'],
      ['2026-10-01', '2026-10-31'],
      ['2026-11-01', '2026-11-02'],
    ]);
    expect(parts.flatMap(daysOf)).toEqual(daysOf(range));
  });

  test('are told as a month where they are one', () => {
    expect(rangeWords(daysOfMonth('2026-10'))).toBe('October 2026');
    expect(rangeWords({ firstOn: '2026-10-01', lastOn: '2026-10-30' })).toBe(
      '1 October 2026 to 30 October 2026',
    );
  });
});
