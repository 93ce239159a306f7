import { expect, test } from 'vitest';
import { isOver, problemOfStatus } from './delivery';

test.each([
  [200, null, false],
  [204, null, false],
  [301, 'redirected', true],
  [400, 'refused', true],
  [404, 'refused', true],
  [408, 'deferred', false],
  [410, 'refused', true],
  [425, 'deferred', false],
  [429, 'deferred', false],
  [500, 'deferred', false],
  [503, 'deferred', false],
] as const)('%i is %s', (status, problem, over) => {
  expect(problemOfStatus(status)).toBe(problem);
  expect(problem !== null && isOver(problem)).toBe(over);
});
