import { describe, expect, it } from 'vitest';
import { cutText } from './cut-text';

describe('a text that is cut', () => {
  it.each([
    ['', 3, ''],
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab😀', 4, 'ab😀'],
    ['ab😀', 3, 'ab'],
    ['ab😀c', 4, 'ab😀'],
    ['😀', 1, ''],
  ])('%j within %i is %j', (text, lengthMax, cut) => {
    expect(cutText(text, lengthMax)).toBe(cut);
  });
});
