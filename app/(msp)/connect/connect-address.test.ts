import { expect, test } from 'vitest';
import { connectHref, readConnectAddress } from './connect-address';

const CLIENT = '0198c4f2-0000-7000-8000-000000000001';

test('an address leads back to what was chosen', () => {
  const href = connectHref({ clientId: CLIENT, product: 'kopia', way: 'mail' });
  const view = readConnectAddress(Object.fromEntries(new URL(href, 'https://x.example').searchParams));
  expect([view.clientId, view.product?.key, view.way?.kind, view.channelId]).toEqual([
    CLIENT,
    'kopia',
    'mail',
    null,
  ]);
  expect(connectHref({})).toBe('/connect');
});

test.each([
  ['nothing', {}],
  ['a client that is no id', { client: 'x' }],
  ['a product that is none', { product: 'toString', way: 'mail' }],
  ['a channel that is no id', { channel: '../x' }],
])('%s chooses nothing', (_, given) => {
  expect(readConnectAddress(given)).toEqual({ clientId: null, product: null, way: null, channelId: null });
});

test('a way that the product does not have is not chosen', () => {
  expect(readConnectAddress({ product: 'zerobyte', way: 'ping' })).toMatchObject({ way: null });
});
