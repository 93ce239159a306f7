import { expect, test } from 'vitest';
import { linkIn } from './link-in';

test.each([
  'http://desk.example/1',
  'javascript:alert(1)',
  'https://user:pass@desk.example/1',
  'https://',
  'https://desk.example/a b',
  'https://desk.example/\u202e1',
  `https://desk.example/${'x'.repeat(500)}`,
  '',
])('%s is no link that everybody may follow', (text) => {
  expect(linkIn(text)).toBeNull();
});

test('an address of the web is', () => {
  expect(linkIn('https://desk.example/t/1?x=1')).toBe('https://desk.example/t/1?x=1');
});
