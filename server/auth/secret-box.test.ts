import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSecret, sealSecret } from './secret-box';

const key = randomBytes(32);

test('a secret comes out as it went in, and each sealing looks different', () => {
  const box = sealSecret('JBSWY3DPEHPK3PXP', 'alice', key);
  expect(openSecret(box, 'alice', key)).toBe('JBSWY3DPEHPK3PXP');
  expect(sealSecret('JBSWY3DPEHPK3PXP', 'alice', key)).not.toEqual(box);
  expect(Buffer.from(box).toString('latin1')).not.toContain('JBSWY3DP');
});

test('a box does not open for another owner, with another key, or with any byte changed', () => {
  const box = sealSecret('JBSWY3DPEHPK3PXP', 'alice', key);
  expect(() => openSecret(box, 'bob', key)).toThrow(/authenticat|unknown way/);
  expect(() => openSecret(box, 'alice', randomBytes(32))).toThrow(/authenticat|unknown way/);
  for (let i = 0; i < box.length; i++) {
    const changed = Uint8Array.from(box);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => openSecret(changed, 'alice', key), `byte ${i}`).toThrow(/authenticat|unknown way/);
  }
  expect(() => openSecret(box.subarray(0, 20), 'alice', key)).toThrow(/authenticat|unknown way/);
});
