import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import { explainVerdict } from './explain';
import { cloud, facts, nas, NOW, point } from './facts.fixture';
import { DEFAULT_POLICY } from './policy';
import { durationText, nextSentence, smallestChangeSentence, verdictSentence } from './sentence';

const words = { formatInstant: (at: number) => new Date(at).toISOString().slice(0, 16) };
const given = facts([nas(), cloud({ points: [point(NOW - 75 * HOUR)] })]);
const verdict = evaluateDataSet(given, DEFAULT_POLICY, NOW);

describe('the words of a verdict', () => {
  it('say what is wrong, what would cure it and what comes next', () => {
    expect(verdictSentence(verdict, words)).toBe('Not protected: cloud is 75 h old (RPO 26 h).');
    expect(smallestChangeSentence(verdict)).toBe('Smallest change: get a new recovery point into cloud.');
    expect(nextSentence(verdict, words)).toBe(
      'If nothing new arrives, it gets worse at 2026-11-18T09:42: the copy in nas goes stale.',
    );
  });

  it('give ages as people say them', () => {
    const texts = [40 * MINUTE, 2 * HOUR + 42 * MINUTE, 75 * HOUR, 144 * HOUR].map(durationText);
    expect(texts).toEqual(['40 min', '2 h 42 min', '75 h', '6 days']);
  });

  it('are explained by numbered facts and conditions that hold or do not', () => {
    const explained = explainVerdict(given, verdict);
    expect(explained.facts.map((fact) => fact.number)).toEqual(explained.facts.map((_, index) => index + 1));
    expect(explained.conditions).toContainEqual(
      expect.objectContaining({ kind: 'counts', repositoryName: 'cloud', holds: false }),
    );
    expect(explained.conditions).toContainEqual(
      expect.objectContaining({ kind: 'digit', digit: 'offsite', actual: 0, holds: false }),
    );
  });
});
