import { expect, test } from 'vitest';
import { offeredFrameworks } from './chosen-frameworks';
import { FRAMEWORKS } from './clause-evidence';
import { FRAMEWORKS as BROWSED } from './evidence-clauses';

test('those that were chosen come first, each once, in the order of the table', () => {
  const { chosen, others } = offeredFrameworks(['SOX', 'HIPAA', 'gone since']);
  expect(chosen).toEqual(['HIPAA', 'SOX']);
  expect([...chosen, ...others].toSorted()).toEqual([...FRAMEWORKS].toSorted());
  expect(offeredFrameworks([])).toEqual({ chosen: [], others: FRAMEWORKS });
});

test('whatever a policy can name can be browsed clause by clause, and the other way round', () => {
  expect([...BROWSED].toSorted()).toEqual([...FRAMEWORKS].toSorted());
});
