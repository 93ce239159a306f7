import { expect, test } from 'vitest';
import type { CandidateChange } from '../protection/verdict';
import { CATALOGUE } from './catalogue';
import { clausesOf, cureOf } from './cure';

const change = (kind: CandidateChange['change'], isSufficient = true): CandidateChange => {
  const digit = { required: null, actual: 0, isPassed: true };
  const digits = {
    copies: digit,
    media: digit,
    locations: digit,
    offsite: digit,
    immutable: digit,
    errors: digit,
  };
  return { change: kind, digits, isSufficient };
};
const repair = change({ kind: 'repair-repository', repositoryId: 'r', repositoryName: 'nas-01' });
const offsite = change({ kind: 'add-copy', isOffsite: true });
const onsite = change({ kind: 'add-copy', isOffsite: false }, false);

test('the smallest change comes first, then others that would do, each once', () => {
  const { steps } = cureOf('copies-missing', { smallestChange: repair, tried: [repair, onsite, offsite] });
  expect(steps).toEqual(['make nas-01 readable again.', 'add one copy at another site.']);
});

test.each([
  ['no verdict', null],
  ['a verdict that nothing single would change', { smallestChange: null, tried: [onsite] }],
])('with %s the cure is the catalogue’s', (_, verdict) => {
  expect(cureOf('run-failed', verdict)).toEqual({
    steps: [CATALOGUE['run-failed'].cure],
    closesWhen: CATALOGUE['run-failed'].closesWhen,
  });
});

test('clauses are named once, those of one framework together', () => {
  const clauses = clausesOf(['copies-missing', 'offsite-missing', 'copies-missing']);
  expect(clauses.length).toBeGreaterThan(3);
  expect(new Set(clauses).size).toBe(clauses.length);
  expect(clauses.map((one) => one.framework)).toEqual(clauses.map((one) => one.framework).toSorted());
});
