import { expect, test } from 'vitest';
import { bucketWords } from './bucket-words';
import type { BucketUnit } from './buckets';

test.each<[BucketUnit, string, string]>([
  ['hour', '2026-11-17T01', '01:00 on 17 November 2026'],
  ['day', '2026-03-05', '5 March 2026'],
  ['week', '2026-W07', 'week 7 of 2026'],
  ['month', '2026-12', 'December 2026'],
  ['year', '2025', '2025'],
])('a %s is said in words', (unit, name, words) => {
  expect(bucketWords({ unit, name })).toBe(words);
});
