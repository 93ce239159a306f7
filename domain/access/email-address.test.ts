import { assert, emailAddress, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseEmail } from './email-address';

describe('an e-mail address', () => {
  test.each([
    ['ana@example.com', 'ana@example.com'],
    ['  Ana@EXAMPLE.com\t', 'ana@example.com'],
    ["o'brien+backup@mail.example.co.uk", "o'brien+backup@mail.example.co.uk"],
    ['ana＠example.com', 'ana@example.com'],
    ['ａｎａ@example.com', 'ana@example.com'],
    ['ana@localhost', 'ana@localhost'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j is kept as %j', (typed, kept) => {
    expect(normaliseEmail(typed)).toBe(kept);
  });

  test.each([
    '',
    'ana',
    '@example.com',
    'ana@',
    'ana@@example.com',
    'ana@a@example.com',
    'ana＠a@example.com',
    '"e@attacker.example"@victim.example',
    'ana@victim.example,eve@attacker.example',
    'ana@victim.example;eve@attacker.example',
    'ana @example.com',
    'ana@example.com\r\nBcc: eve@attacker.example',
    'ana@example.com\n',
    'ana@example.com\0',
    'Ana <ana@example.com>',
    '<b>ana</b>@example.com',
    'ana(comment)@example.com',
    '.ana@example.com',
    'ana.@example.com',
    'a..na@example.com',
    'ana@-example.com',
    'ana@example-.com',
    'ana@example..com',
    'ana@example.com.',
    'ana@[127.0.0.1]',
    'ana@exämple.com',
    'änä@example.com',
    'ana@example.com\u200b',
    'ana\u202e@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ana@${'a.'.repeat(130)}com`,
    `ana@${'a'.repeat(64)}.com`,
    '='.repeat(100_000),
  ])('%j is refused', (typed) => {
    expect(normaliseEmail(typed)).toBeNull();
  });

  test('what is kept is plain ASCII with one @, within 254 characters, and stays as it is', () => {
    const anything = oneof(string({ unit: 'binary' }), emailAddress());
    assert(
      property(anything, (typed) => {
        const kept = normaliseEmail(typed);
        if (kept === null) return;
        expect(kept).toMatch(/^[!-?A-~]+@[a-z0-9.-]+$/);
        expect(kept.length).toBeLessThanOrEqual(254);
        expect(normaliseEmail(kept)).toBe(kept);
      }),
    );
  });
});
