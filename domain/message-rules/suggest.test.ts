import { describe, expect, test } from 'vitest';
import { jsonRows } from './json-rows';
import { compilePattern } from './pattern';
import { captureOf, type Selected, signOf } from './suggest';

function select(text: string, words: string): Selected {
  const start = text.indexOf(words);
  return { in: 'text', text, start, end: start + words.length };
}

describe('what was selected', () => {
  test('is a sign by its words', () => {
    expect(signOf(select('It was\n  fine today', 'was\n  fine'))).toEqual({
      in: 'text',
      by: 'words',
      find: 'was fine',
    });
    expect(signOf(select('a   b', '   '))).toBeNull();
  });

  test.each([
    ['x\nJob name: Nightly dump\ny', 'Nightly dump', 'Job name'],
    ['Job\tNightly\tStatus\tOK', 'Nightly', 'Job'],
    ['Job\tNightly\tStatus\tOK', 'OK', 'Status'],
    ['Took = 5 min ', ' 5 min ', 'Took'],
  ])('in %j, %j is found after its label', (text, words, find) => {
    expect(captureOf(select(text, words))).toEqual({ in: 'text', by: 'after', find });
  });

  test.each([
    ['Backup 17 of srv-1 (all) is done', 'srv-1', 'Backup 23 of srv-9 (all) is done', 'srv-9'],
    ['srv-1 is done', 'srv-1', 'other is done', 'other'],
    ['[17] srv-1', 'srv-1', '[230] srv-22', 'srv-22'],
    ['srv-1', 'srv-1', 'srv-2', 'srv-2'],
  ])('in %j, %j is found by what stands around it', (text, words, other, found) => {
    const capture = captureOf(select(text, words));
    expect(capture?.by).toBe('pattern');
    expect(compilePattern(capture?.find ?? '').firstIn(other)).toBe(found);
  });

  test('over several lines, or nothing, is not taken out', () => {
    expect(captureOf(select('a\nb', 'a\nb'))).toBeNull();
    expect(captureOf(select('a b', ' '))).toBeNull();
  });
});

describe('the tree of a JSON', () => {
  test('names each field by its pointer', () => {
    expect(jsonRows({ a: { 'b/c': [1, null] }, d: 'x' })).toEqual([
      { pointer: '/a', name: 'a', depth: 0, value: null },
      { pointer: '/a/b~1c', name: 'b/c', depth: 1, value: null },
      { pointer: '/a/b~1c/0', name: '0', depth: 2, value: '1' },
      { pointer: '/a/b~1c/1', name: '1', depth: 2, value: 'null' },
      { pointer: '/d', name: 'd', depth: 0, value: 'x' },
    ]);
    expect(jsonRows('x')).toEqual([]);
  });

  test('ends, however large it is', () => {
    expect(jsonRows(Array.from({ length: 5000 }, () => [1]))).toHaveLength(500);
    const deep: unknown = JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`);
    expect(jsonRows(deep).length).toBeLessThan(30);
    expect(jsonRows({ ['x'.repeat(300)]: 1, y: 2 })).toHaveLength(1);
  });
});
