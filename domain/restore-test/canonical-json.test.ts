import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json';

test('keys stand in one order, at every depth', () => {
  expect(canonicalJson({ b: [{ z: 1, a: null }], a: { d: 'é', c: true } })).toBe(
    '{"a":{"c":true,"d":"é"},"b":[{"a":null,"z":1}]}',
  );
});

test('the text is the same in whatever order a value was made, and says the same value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
