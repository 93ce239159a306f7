import { describe, expect, test } from 'vitest';
import { SYSTEM_TAGS_MAX, TAG_LENGTH_MAX, TAG_PROBLEMS, tagsIn, tagsProblem } from './tag-name';

test('what is typed is read as it is kept: small, each once, in its order', () => {
  expect(tagsIn(' Card-Data,ledger;  card-data\nöl2 ')).toEqual(['card-data', 'ledger', 'öl2']);
  expect(tagsIn('  ')).toEqual([]);
});

const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

describe('what cannot be the tags of a system', () => {
  test.each([
    [[], null],
    [['card-data', '2026', 'öl'], null],
    [['-no'], TAG_PROBLEMS.letters],
    [['no-'], TAG_PROBLEMS.letters],
    [['two--dashes'], TAG_PROBLEMS.letters],
    [['Big'], TAG_PROBLEMS.letters],
    [['x'.repeat(TAG_LENGTH_MAX)], null],
    [['x'.repeat(TAG_LENGTH_MAX + 1)], TAG_PROBLEMS.long],
    [many(SYSTEM_TAGS_MAX), null],
    [many(SYSTEM_TAGS_MAX + 1), TAG_PROBLEMS.many],
  ])('%j', (tags, problem) => {
    expect(tagsProblem(tags)).toBe(problem);
  });
});
