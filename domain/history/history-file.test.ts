import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf } from './file-text';
import { HISTORY_COLUMNS_MAX, openHistoryFile } from './history-file';

function open(text: string) {
  const file = openHistoryFile(text);
  if (typeof file === 'string') throw new Error(file);
  return { ...file, cells: [...file.rows()].map(({ cells }) => cells) };
}
const utf16 = (text: string, isBig = false): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};

describe('the bytes of a file', () => {
  const text = 'Gerät;Ergebnis\nbüro-01;erfolgreich – 5 €\n';
  test.each([
    ['UTF-8', new TextEncoder().encode(text), 'utf-8'],
    ['UTF-8 with its mark', new TextEncoder().encode(`\u{FEFF}${text}`), 'utf-8'],
    ['UTF-16 with its mark', utf16(`\u{FEFF}${text}`), 'utf-16le'],
    ['UTF-16, big end first', utf16(`\u{FEFF}${text}`, true), 'utf-16be'],
    ['UTF-16 without a mark', utf16(text.replace('€', 'EUR').replace('–', '-')), 'utf-16le'],
    [
      'UTF-16 without a mark, big end first',
      utf16(text.replace('€', 'EUR').replace('–', '-'), true),
      'utf-16be',
    ],
  ])('are read as %s', (_, bytes, encoding) => {
    const read = textOf(bytes);
    expect(read.encoding).toBe(encoding);
    expect(open(read.text).head).toEqual(['Gerät', 'Ergebnis']);
  });

  test('are Windows-1252 where they are no UTF-8', () => {
    const bytes = Buffer.from('büro-01', 'latin1');
    expect(textOf(bytes)).toEqual({ text: 'büro-01', encoding: 'windows-1252' });
    expect(textOf(Uint8Array.from([0x80])).text).toBe('€');
  });

  test('are text again, whatever the text and whichever Unicode', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (given) => {
        fc.pre(!given.includes('\0') && !given.startsWith('\u{FEFF}'));
        expect(textOf(new TextEncoder().encode(`\u{FEFF}${given}`)).text).toBe(given);
      }),
    );
  });
});

describe('a file', () => {
  test('of CSV has a head and rows, each with the line in which it begins', () => {
    const { head, format, rows } = open('\u{FEFF}"Device";"Why"\r\nfs-01;"one\r\ntwo"\r\n\r\nfs-02;\r\n');
    expect([format, head]).toEqual(['csv', ['Device', 'Why']]);
    expect([...rows()].map(({ line, cells }) => [line, ...cells])).toEqual([
      [2, 'fs-01', 'one\r\ntwo'],
      [5, 'fs-02', ''],
    ]);
    expect([...rows()]).toHaveLength(2);
  });

  test('of JSON has the keys of all its objects, those within one under their own name', () => {
    const { head, cells } = open(
      '[{"host":"a","run":{"status":0,"tags":["x"]}},{"host":"b","note":null,"ok":true}]',
    );
    expect(head).toEqual(['host', 'run.status', 'run.tags', 'note', 'ok']);
    expect(cells).toEqual([
      ['a', '0', '["x"]', '', ''],
      ['b', '', '', '', 'true'],
    ]);
  });

  test.each([
    ['a list in an object', '{"total": 2, "checks": [{"a": 1}, {"a": 2}]}'],
    ['an object a line', '{"a": 1}\n\n{"a": 2}\r\n'],
    ['a list over several lines', '\n[\n{"a": 1},\n{"a": 2}\n]\n'],
  ])('of JSON may be %s', (_, text) => {
    expect(open(text).cells).toEqual([['1'], ['2']]);
  });

  test('tells what of its rows is none', () => {
    const { rows } = open('{"a": 1}\nnot json\n{"a": 2}\n[3]\n');
    expect([...rows()].map(({ line, isOpen }) => [line, isOpen])).toEqual([
      [1, false],
      [2, true],
      [3, false],
      [4, true],
    ]);
    expect([...open('[{"a":1}, 7]').rows()].map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });

  test('is not taken apart by keys that objects have of themselves', () => {
    const { head, cells } = open('[{"__proto__": "a", "constructor": "b", "toString": "c"}]');
    expect(head).toEqual(['__proto__', 'constructor', 'toString']);
    expect(cells).toEqual([['a', 'b', 'c']]);
  });

  test.each([
    ['', 'empty'],
    [' \n\t', 'empty'],
    ['a\0b', 'no-text'],
    ['[1, 2', 'not-json'],
    ['[]', 'not-json'],
    ['{"a": [], "b": []}', 'no-list'],
    [Array.from({ length: HISTORY_COLUMNS_MAX + 1 }, (_, n) => `c${n}`).join(','), 'too-many-columns'],
  ])('%j is none: %s', (text, problem) => {
    expect(openHistoryFile(text)).toBe(problem);
  });

  test('keeps every cell of CSV, however it is written', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '\t', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const quoted = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','));
        const kept = rows.filter((row) => row.some((one) => one.trim() !== ''));
        expect(open(`"x","y"\n${quoted.join('\n')}\n`).cells).toEqual(kept);
      }),
    );
  });
});
