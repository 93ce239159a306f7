import { describe, expect, it } from 'vitest';
import { indentJson } from './indent-json';

describe('JSON in lines', () => {
  it.each([
    { a: [1, 'two', null, true], b: {}, c: [], d: { e: { f: -1.5e3 } } },
    [],
    {},
    'text with "quotes", {braces} and \\ backslashes',
    [[[]], [{}]],
  ])('%j is laid out as JSON.stringify does it', (value) => {
    expect(indentJson(JSON.stringify(value), 10_000)).toBe(JSON.stringify(value, null, 2));
  });

  it('keeps what a parser would lose: long numbers, keys that come twice', () => {
    const shown = indentJson('{"n":9007199254740993,"k":1,"k":2}', 1000);
    expect(shown).toBe('{\n  "n": 9007199254740993,\n  "k": 1,\n  "k": 2\n}');
  });

  it('ends where it was told, however deep and long it goes on', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const long = `[${'1,'.repeat(2_000_000)}1]`;
    for (const json of [deep, long]) expect(indentJson(json, 5000).length).toBeLessThan(5500);
  });
});
