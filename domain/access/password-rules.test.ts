import { describe, expect, test } from 'vitest';
import { COMMON_PASSWORDS } from './common-passwords';
import { passwordComplaint } from './password-rules';

const CONTEXT = ['Olga Owner', 'olga@quillmark.example', 'Quillmark IT'];

describe('a password', () => {
  test.each([
    'seven grey herons wade',
    'correct battery herons',
    'zwölf Zeichen.',
    '🐢🐢🦔🐢🦔🦔🐢🐢🦔🐢🦔🦔',
    'olga likes seven herons',
    'x'.repeat(100) + 'yz'.repeat(78),
  ])('%j is taken', (password) => {
    expect(passwordComplaint(password, CONTEXT)).toBeNull();
  });

  test.each([
    ['eleven char', /at least 12/],
    ['🐢🐢🦔🐢🦔🦔🐢🐢🦔🐢🦔', /at least 12/],
    ['x'.repeat(100) + 'yz'.repeat(79), /at most 256/],
    ['Password1234', /leaked/],
    ['correct horse battery staple', /leaked/],
    ['aaaaaaaaaaaa', /pattern/],
    ['abcabcabcabc', /pattern/],
    ['bcdefghijklmn', /pattern/],
    ['Quillmark2026', /mostly your name/],
    ['olga@quillmark', /mostly your name/],
    ['holdfast-2026', /mostly your name/],
  ])('%j is refused with the reason', (password, reason) => {
    expect(passwordComplaint(password, CONTEXT)).toMatch(reason);
  });

  test('every entry of the list is long enough to be needed, and in the form that is compared', () => {
    for (const common of COMMON_PASSWORDS) {
      expect(Array.from(common).length).toBeGreaterThanOrEqual(12);
      expect(common).toBe(common.toLowerCase().replace(/\s/g, ''));
    }
  });
});
