import { createHash } from 'node:crypto';
import { array, assert, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from './verification';
import { Sha256 } from './sha-256';

const expected = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('is SHA-256 at every length around a block', () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => index);
    expect(toHex(new Sha256().update(bytes).digest())).toBe(expected(bytes));
  }
});

test('is the same in whatever pieces it comes', () => {
  assert(
    property(array(uint8Array({ maxLength: 150 }), { maxLength: 8 }), (pieces) => {
      const hash = new Sha256();
      for (const piece of pieces) hash.update(piece);
      expect(toHex(hash.digest())).toBe(expected(Buffer.concat(pieces)));
    }),
  );
});

test('is SHA-256 of a long message', () => {
  const bytes = new Uint8Array(3_000_001).fill(0xa5);
  expect(toHex(new Sha256().update(bytes).digest())).toBe(expected(bytes));
});
