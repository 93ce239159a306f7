import { expect, test } from 'vitest';
import { fateOf, problemOfChange, problemOfOpening } from './ticket-problem';

test.each([
  [201, '', null],
  [400, '{"errors":[{"field":"company","message":"not found"}]}', 'company-refused'],
  [404, 'no such customer', 'company-refused'],
  [422, 'id 4711 is unknown', 'company-refused'],
  [400, 'the board is unknown', 'refused'],
  [401, 'company 4711: wrong password', 'refused'],
  [503, 'company 4711 is down', 'deferred'],
  [429, 'company', 'deferred'],
  [302, 'company', 'redirected'],
])('an opening that is answered with %i %s', (status, answer, problem) => {
  expect(problemOfOpening(status, answer, '4711')).toBe(problem);
});

test('without a company none can be wrong', () => {
  expect(problemOfOpening(400, 'company', null)).toBe('refused');
});

test.each([
  [204, null],
  [404, 'ticket-gone'],
  [410, 'ticket-gone'],
  [400, 'refused'],
  [500, 'deferred'],
])('a change that is answered with %i', (status, problem) => {
  expect(problemOfChange(status)).toBe(problem);
});

test.each([
  ['no-company', 'blocked'],
  ['company-refused', 'blocked'],
  ['ticket-gone', 'refused'],
  ['no-number', 'refused'],
  ['refused', 'refused'],
  ['redirected', 'refused'],
  ['forbidden-address', 'refused'],
  ['too-slow', 'retry'],
  ['unreachable', 'retry'],
  ['deferred', 'retry'],
] as const)('%s: %s', (problem, fate) => {
  expect(fateOf(problem)).toBe(fate);
});
