import { describe, expect, test } from 'vitest';
import { counted, countText, percentText, sizeText, tookText } from './amounts';

describe('amounts in words', () => {
  test.each([
    [null, '–'],
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1.3 * 1024 ** 3, '1.3 GiB'],
    [5n * 1024n ** 4n, '5.0 TiB'],
  ])('%s bytes: %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

  test.each([
    [null, '–'],
    [0.4, '0 s'],
    [7, '7 s'],
    [59.6, '1 min 00 s'],
    [252, '4 min 12 s'],
    [3900, '1 h 05 min'],
  ])('%s seconds: %s', (seconds, text) => expect(tookText(seconds)).toBe(text));

  test('counts, and things counted', () => {
    expect(countText(412_907)).toBe('412,907');
    expect(countText(null)).toBe('–');
    expect(counted(1, 'system')).toBe('1 system');
    expect(counted(1200, 'run')).toBe('1,200 runs');
  });

  test('percent without decimals unless under one', () => {
    expect([0, 0.004, 0.126, 1].map(percentText)).toEqual(['0 %', '0.4 %', '13 %', '100 %']);
  });
});
