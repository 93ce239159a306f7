import { expect, test } from 'vitest';
import { compareHarm, type Harm, SEVERITIES, severityRank } from './harm';

const harm = (causeId: string, changed: Partial<Harm> = {}): Harm => ({
  causeId,
  severity: 'warning',
  systemCount: 3,
  since: 1000,
  ...changed,
});
const order = (...causes: Harm[]): string =>
  causes
    .toSorted(compareHarm)
    .map((one) => one.causeId)
    .join('');

test.each([
  [
    'critical before any number of warnings',
    harm('b', { severity: 'critical', systemCount: 1 }),
    harm('a', { systemCount: 900 }),
  ],
  ['a warning before a note', harm('b'), harm('a', { severity: 'note', systemCount: 4 })],
  ['more systems first', harm('b', { systemCount: 4 }), harm('a', { since: 1 })],
  ['the older of equal ones first', harm('b', { since: 999 }), harm('a')],
  ['by id where nothing else differs', harm('a'), harm('b')],
])('%s', (_, first, second) => {
  const expected = first.causeId + second.causeId;
  expect(order(first, second)).toBe(expected);
  expect(order(second, first)).toBe(expected);
});

test('a cause is in one place beside itself', () => {
  expect(compareHarm(harm('a'), harm('a'))).toBe(0);
});

test('ranks count from the gravest', () => {
  expect(SEVERITIES.map(severityRank)).toEqual([1, 2, 3]);
});
