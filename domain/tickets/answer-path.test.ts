import { expect, test } from 'vitest';
import { parseAnswerPath, textAt } from './answer-path';

const ANSWER = { id: 7, data: { tickets: [{ 'ticket id': ' T-1 ' }] }, empty: '', none: null };

test.each([
  ['id', '7'],
  ['$.id', '7'],
  ['data.tickets[0]["ticket id"]', 'T-1'],
  ['$["data"].tickets[0]["ticket id"]', 'T-1'],
  ['data.tickets[1].id', null],
  ['empty', null],
  ['none', null],
  ['data', null],
  ['constructor.name', null],
])('%s leads to %s', (path, value) => {
  expect(textAt(ANSWER, parseAnswerPath(path) ?? [])).toBe(value);
});

test('an answer that is a list', () => {
  expect(textAt([{ id: 'a' }], parseAnswerPath('[0].id') ?? [])).toBe('a');
  expect(textAt([], parseAnswerPath('[0].id') ?? [])).toBeNull();
});

test.each(['', '$', '$..id', 'a b', 'a[', 'a[-1]', 'a[x]', "a['b']", 'x'.repeat(201)])(
  '%s is no path',
  (path) => {
    expect(parseAnswerPath(path)).toBeNull();
  },
);
