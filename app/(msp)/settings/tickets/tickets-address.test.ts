import { expect, test } from 'vitest';
import { readTicketsAddress, ticketsHref } from './tickets-address';

const ID = '01234567-89ab-4cde-8f01-23456789abcd';

test('an address reads back', () => {
  const address = { systemId: ID, search: 'a & b', isMissing: true };
  const query = new URL(ticketsHref(address, {}), 'http://x').searchParams;
  expect(readTicketsAddress(Object.fromEntries(query))).toEqual(address);
  expect(ticketsHref(address, { systemId: null, search: '', isMissing: false })).toBe('/settings/tickets');
});

test.each([{}, { system: 'x', show: 'all', q: '  ' }, { system: [ID, ID], q: ['a'] }])(
  '%o asks for all',
  (given) => {
    expect(readTicketsAddress(given)).toEqual({ systemId: null, search: '', isMissing: false });
  },
);
