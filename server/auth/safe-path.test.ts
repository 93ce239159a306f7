import { describe, expect, test } from 'vitest';
import { safePath } from './safe-path';

describe('where sign-in leads', () => {
  test.each(['/', '/systems/1', '/?status=red&q=a%20b', '/clients/1?next=//evil.example'])(
    '%s is kept',
    (path) => {
      expect(safePath(path)).toBe(path);
    },
  );

  test.each([
    null,
    undefined,
    '',
    'systems',
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/x/..//evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    '/'.padEnd(2001, 'a'),
  ])('%j leads home instead', (path) => {
    expect(safePath(path)).toBe('/');
  });
});
