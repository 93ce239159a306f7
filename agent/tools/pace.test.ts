import { describe, expect, test } from 'vitest';
import { pacer } from './pace';

const KIB = 1024;

describe('a stream that is kept below a rate', () => {
  test('waits as long as what went by may take', () => {
    const wait = pacer(10 * KIB);
    expect(wait(10 * KIB, 0)).toBe(1000);
    expect(wait(5 * KIB, 1000)).toBe(500);
  });

  test('is never faster over all, however its pieces come', () => {
    const wait = pacer(KIB);
    let [now, bytes] = [0, 0];
    for (let index = 0; index < 1000; index++) {
      const piece = 1 + ((index * 7919) % (64 * KIB));
      bytes += piece;
      now += wait(piece, now);
      // The reader may be late, which must not speed up what follows.
      if (index % 5 === 0) now += 333;
    }
    expect(now / 1000).toBeGreaterThanOrEqual(bytes / KIB);
  });

  test('saves up nothing while nothing comes', () => {
    const wait = pacer(KIB);
    wait(KIB, 0);
    expect(wait(KIB, 1_000_000)).toBe(1000);
  });
});
