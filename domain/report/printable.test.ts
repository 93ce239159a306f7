import { describe, expect, test } from 'vitest';
import { printable, printableValue } from './printable';

/** Fonts with letters, signs and digits of ASCII, and é. */
const covers = (codePoint: number): boolean => (codePoint >= 0x20 && codePoint < 0x7f) || codePoint === 0xe9;

describe('a text is printed', () => {
  test.each([
    ['as it is where there are glyphs', 'Café #1 $x$', 'Café #1 $x$'],
    ['by its codes where there are none', '東京-SQL', '[U+6771][U+4EAC]-SQL'],
    ['by its code beyond the first plane', 'ok 🎉', 'ok [U+1F389]'],
    ['in one line', 'a\r\nb\tc', 'a  b c'],
    ['without joiners and selectors', 'a\u200db\ufe0f', 'ab'],
    ['with controls shown', 'a\u0000\u001bb\u007f', 'a[U+0000][U+001B]b[U+007F]'],
    ['with marks of direction shown', 'x\u202egpj', 'x[U+202E]gpj'],
    ['with half a character shown', 'a\ud800b', 'a[U+D800]b'],
  ])('%s', (_, text, printed) => {
    expect(printable(text, covers)).toBe(printed);
  });

  test('whatever it holds, of what the fonts cover alone', () => {
    const all = Array.from({ length: 0x10ffff / 97 }, (_, index) => String.fromCodePoint(index * 97)).join(
      '',
    );
    for (const character of printable(all, covers)) expect(covers(character.codePointAt(0) ?? 0)).toBe(true);
  });
});

test('every text of a value is made printable, whatever its shape', () => {
  const value = { a: ['é', { b: '東', c: 3, d: null }], e: true };
  expect(printableValue(value, covers)).toEqual({ a: ['é', { b: '[U+6771]', c: 3, d: null }], e: true });
});
