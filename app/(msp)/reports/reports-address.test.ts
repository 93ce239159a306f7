import { expect, test } from 'vitest';
import { readReportsAddress, reportsHref } from './reports-address';

const ID = '01234567-89ab-4cde-8f01-23456789abcd';
const ALL = { search: '', clientId: null, kind: null, page: 1 } as const;

test('an address reads back', () => {
  const view = { search: 'a & b', clientId: ID, kind: 'evidence-pack', page: 3 } as const;
  const query = new URL(reportsHref(view), 'http://x').searchParams;
  expect(readReportsAddress(Object.fromEntries(query))).toEqual(view);
  expect(reportsHref(ALL)).toBe('/reports');
});

test.each([{}, { client: 'x', kind: 'all', page: '0' }, { kind: 'invoice', q: '  ' }])(
  '%o asks for all',
  (given) => {
    expect(readReportsAddress(given)).toEqual(ALL);
  },
);
