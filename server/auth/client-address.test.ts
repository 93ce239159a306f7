import { expect, test } from 'vitest';
import { clientAddress } from './client-address';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['1.1.1.1, 203.0.113.7', '203.0.113.7'],
  ['evil, 2001:db8::1', '2001:db8::1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['203.0.113.7, evil', null],
  ['', null],
  [null, null],
  ["1.1.1.1'; drop", null],
])('the last hop of %j is %j', (header, address) => {
  expect(clientAddress(header)).toBe(address);
});
