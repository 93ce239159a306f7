import { expect, test } from 'vitest';
import type { CandidateChange } from '../protection/verdict';
import { cureOf } from './cure';

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
  const { steps } = cureOf({ smallestChange: repair, tried: [repair, onsite, offsite] });
  expect(steps).toEqual(['make nas-01 readable again', 'add one copy at another site']);
});

test.each([
  ['no verdict', null],
  ['a verdict that nothing single would change', { smallestChange: null, tried: [onsite] }],
])('%s gives no steps', (_, verdict) => {
  expect(cureOf(verdict).steps).toEqual([]);
});
