import { expect, test } from 'vitest';
import { askedMonth, reviewMonths } from './review-month';

test('thirteen months can be reviewed, the running one in the MSP’s zone first', () => {
  const months = reviewMonths('Pacific/Auckland', Date.parse('2026-12-31T12:00:00Z'));
  expect([months.length, months[0], months[1], months.at(-1)]).toEqual([13, '2027-01', '2026-12', '2026-01']);
  expect(reviewMonths('UTC', Date.parse('2026-12-31T12:00:00Z'))[0]).toBe('2026-12');
});

test('what is no such month is the last that is over', () => {
  const months = reviewMonths('UTC', Date.parse('2026-11-30T12:00:00Z'));
  expect(askedMonth('2026-11', months)).toBe('2026-11');
  for (const given of [undefined, null, '2026-13', '2020-01', ['2026-11'], "2026-11'"])
    expect(askedMonth(given, months)).toBe('2026-10');
});
