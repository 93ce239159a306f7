import { expect, test } from 'vitest';
import { coverageHref, readCoverageAddress } from './coverage-address';

const CLIENT = '0198c4f2-0000-7000-8000-000000000001';

test.each([
  '/coverage',
  '/coverage?q=fs-01&state=not-covered',
  `/coverage?q=fs-01&state=excluded&client=${CLIENT}&sort=-machine&page=3`,
])('%s is read and written the same', (address) => {
  const query = new URL(address, 'http://holdfast').searchParams;
  expect(coverageHref(readCoverageAddress(Object.fromEntries(query)))).toBe(address);
});

test('what is not understood is left at its preset', () => {
  const view = readCoverageAddress({ state: 'lost', client: 'x', sort: 'size', page: '-1', q: ['a', 'b'] });
  expect(view).toEqual({
    search: 'a',
    state: null,
    clientId: null,
    sort: 'state',
    isReversed: false,
    page: 1,
  });
});

test('an export has the parameters of its screen', () => {
  const view = readCoverageAddress({ state: 'not-covered', page: '4' });
  expect(coverageHref(view, { page: 1 }, '/api/v1/coverage/csv')).toBe(
    '/api/v1/coverage/csv?state=not-covered',
  );
});
