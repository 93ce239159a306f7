import { expect, test } from 'vitest';
import {
  checkColour,
  CONTRAST_MIN,
  contrastRatio,
  DARK_GROUND,
  PAPER,
  ratioWords,
  readableOn,
} from './contrast';

test.each([
  ['#000000', '#ffffff', '21.00:1'],
  ['#ffffff', '#ffffff', '1.00:1'],
  ['#767676', '#ffffff', '4.54:1'],
  ['#777777', '#ffffff', '4.47:1'],
  ['#ff0000', '#ffffff', '3.99:1'],
  ['#0000ff', '#ffffff', '8.59:1'],
])('%s on %s is %s', (one, other, words) => {
  expect(ratioWords(contrastRatio(one, other))).toBe(words);
  expect(contrastRatio(one, other)).toBe(contrastRatio(other, one));
});

test('what is a little too weak never reads as enough', () => {
  expect(ratioWords(4.499)).toBe('4.49:1');
});

test('a colour that can be read stays as it is, and one that cannot is moved as little as does', () => {
  expect(readableOn('#767676', PAPER)).toBe('#767676');
  expect(readableOn('#3F3FBF', PAPER)).toBe('#3f3fbf');
  expect(readableOn('#777777', PAPER)).toBe('#767676');
  expect(readableOn('#ffffff', PAPER)).toBe('#767676');
  expect(readableOn('#000000', DARK_GROUND)).toMatch(/^#(7[0-9a-f])\1\1$/);
});

test('whatever is chosen can be read on paper and on the dark ground, and keeps its hue', () => {
  for (let at = 0; at < 4096; at += 1) {
    const colour = `#${[at >> 8, (at >> 4) & 15, at & 15].map((part) => (part * 17).toString(16).padStart(2, '0')).join('')}`;
    for (const ground of [PAPER, DARK_GROUND]) {
      const used = readableOn(colour, ground);
      expect(contrastRatio(used, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(CONTRAST_MIN);
      const isEnough = contrastRatio(colour, ground) >= CONTRAST_MIN;
      expect(used === colour).toBe(isEnough);
    }
  }
  const yellow = readableOn('#ffdd00', PAPER);
  expect(yellow.slice(5)).toBe('00');
});

test('each use is told with its ratio and what is used in its place', () => {
  expect(checkColour('#ffdd00')).toEqual([
    { use: 'on-white', ratio: expect.closeTo(1.34, 1), isEnough: false, used: readableOn('#ffdd00', PAPER) },
    {
      use: 'white-on-it',
      ratio: expect.closeTo(1.34, 1),
      isEnough: false,
      used: readableOn('#ffdd00', PAPER),
    },
    { use: 'on-dark', ratio: expect.closeTo(14.4, 0), isEnough: true, used: '#ffdd00' },
  ]);
});
