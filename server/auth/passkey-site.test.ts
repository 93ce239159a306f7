import { expect, test } from 'vitest';
import { passkeySite } from './passkey-site';

test.each([
  ['https://holdfast.example.com', { rpId: 'holdfast.example.com', origin: 'https://holdfast.example.com' }],
  [
    'https://holdfast.example.com:8443',
    { rpId: 'holdfast.example.com', origin: 'https://holdfast.example.com:8443' },
  ],
  ['http://127.0.0.1:3000', { rpId: 'localhost', origin: 'http://localhost:3000' }],
  ['http://[::1]:3000', { rpId: 'localhost', origin: 'http://localhost:3000' }],
  ['http://localhost:3000', { rpId: 'localhost', origin: 'http://localhost:3000' }],
  ['https://192.0.2.7', null],
  ['https://[2001:db8::7]:8443', null],
])('passkeys of %s', (origin, site) => {
  expect(passkeySite(origin)).toEqual(site);
});
