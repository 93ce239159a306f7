import { expect, test } from 'vitest';
import { findingsHref, keptFindingsQuery, readFindingsAddress } from './findings-address';

const CAUSE = '0198c4f2-0000-7000-8000-000000000001';
const CLIENT = '0198c4f2-0000-7000-8000-000000000002';

test('an address without parameters is the open queue, and the other way round', () => {
  const address = readFindingsAddress({});
  expect(address).toEqual({
    tab: 'open',
    search: '',
    severity: null,
    clientId: null,
    rule: null,
    group: 'harm',
    page: 1,
    causeId: null,
  });
  expect(findingsHref(address)).toBe('/findings');
});

test('everything asked for comes back in the address', () => {
  const href = `/findings?tab=mine&q=nas+01&severity=critical&client=${CLIENT}&rule=run-failed&group=client&page=3&cause=${CAUSE}`;
  const given = Object.fromEntries(new URL(href, 'http://localhost').searchParams);
  expect(findingsHref(readFindingsAddress(given))).toBe(href);
});

test.each([
  ['tab', 'everything'],
  ['severity', 'terrible'],
  ['client', "' OR 1=1"],
  ['rule', 'a b; DROP'],
  ['group', 'moon'],
  ['page', '-1'],
  ['page', '1000'],
  ['cause', 'x'],
])('what is not understood is left at its preset: %s=%s', (name, value) => {
  expect(readFindingsAddress({ [name]: value })).toEqual(readFindingsAddress({}));
});

test('a view that is kept has no place and no open cause', () => {
  const address = readFindingsAddress({ tab: 'waived', page: '4', cause: CAUSE });
  expect(keptFindingsQuery(address)).toBe('tab=waived');
});
