import { describe, expect, test } from 'vitest';
import { COMMON_PASSWORDS, COMMON_PIECES } from './common-passwords';
import { PASSWORD_LENGTH_MIN } from './password-length';
import { passwordComplaint } from './password-rules';

const CONTEXT = ['Olga Owner', 'olga@quillmark.example', 'Quillmark IT'];

describe('a password', () => {
  test.each([
    'seven grey herons wade',
    'correct battery herons',
    'fünfzehn Zeiche',
    '🐢🐢🦔🐢🦔🦔🐢🐢🦔🐢🦔🦔🐢🦔🦔',
    'summer herons wade seven deep',
    'olga likes seven herons',
    'x'.repeat(100) + 'yz'.repeat(78),
  ])('%j is taken', (password) => {
    expect(passwordComplaint(password, CONTEXT)).toBeNull();
  });

  test.each([
    ['fourteen chars', /at least 15/],
    ['🐢🐢🦔🐢🦔🦔🐢🐢🦔🐢🦔🦔🐢🦔', /at least 15/],
    ['x'.repeat(100) + 'yz'.repeat(79), /at most 256/],
    ['asdf ghjkl zxcvbnm', /leaked/],
    ['correct horse battery staple', /leaked/],
    ['aaaaaaaaaaaaaaa', /pattern/],
    ['abcabcabcabcabc', /pattern/],
    ['bcdefghijklmnop', /pattern/],
    ['Quillmark2026!!', /mostly your name/],
    ['olga@quillmark.1', /mostly your name/],
    ['Password2026!password', /words everybody tries/],
    ['Welcome123456789', /words everybody tries/],
    ['holdfast-backup-2026', /mostly your name/],
  ])('%j is refused with the reason', (password, reason) => {
    expect(passwordComplaint(password, CONTEXT)).toMatch(reason);
  });

  test('every entry of the list is long enough to be needed, and in the form that is compared', () => {
    for (const common of COMMON_PASSWORDS) {
      expect(Array.from(common).length).toBeGreaterThanOrEqual(PASSWORD_LENGTH_MIN);
      expect(common).toBe(common.toLowerCase().replace(/\s/g, ''));
    }
    for (const piece of COMMON_PIECES) expect(piece).toBe(piece.toLowerCase().replace(/\s/g, ''));
  });
});
