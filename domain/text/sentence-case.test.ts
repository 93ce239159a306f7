import { expect, test } from 'vitest';
import { sentenceCase } from './sentence-case';

test('our own words begin with a capital, names keep their spelling', () => {
  expect(sentenceCase('the last run of pacs-02 failed')).toBe('The last run of pacs-02 failed');
  expect(sentenceCase('0 of 1 copies offsite')).toBe('0 of 1 copies offsite');
  expect(sentenceCase('cloud is 75 h old')).toBe('cloud is 75 h old');
  expect(sentenceCase('s3.example/b refuses access')).toBe('s3.example/b refuses access');
  expect(sentenceCase('analytics is gone')).toBe('analytics is gone');
  expect(sentenceCase('')).toBe('');
});
