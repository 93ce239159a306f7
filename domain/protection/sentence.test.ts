import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import { explainVerdict } from './explain';
import { cloud, facts, nas, NOW, point } from './facts.fixture';
import { DEFAULT_POLICY } from './policy';
import {
  durationText,
  nextSentence,
  reasonText,
  smallestChangeSentence,
  verdictSentence,
  whyText,
} from './sentence';

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

  it('are plain for who does not know the field', () => {
    const plain = { ...words, isPlain: true };
    expect(verdictSentence(verdict, plain)).toBe('Not protected: cloud is 75 h old (agreed: 26 h at most).');
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
    const digits = explained.conditions.flatMap((one) => (one.kind === 'shortfall' ? one.digit : []));
    expect(digits).toContain('offsite');
    expect(digits, 'nobody asked for what cannot be changed').not.toContain('immutable');
  });
});

describe('why a data set fails', () => {
  it('is the copy that the smallest change would bring back, not any other that does not count', () => {
    const abandoned = nas({ id: 'abandoned', name: 'abandoned', points: [point(NOW - 900 * HOUR)] });
    const failing = evaluateDataSet(
      facts([abandoned, nas(), cloud({ points: [point(NOW - 75 * HOUR)] })]),
      DEFAULT_POLICY,
      NOW,
    );
    expect(whyText(failing, words)).toBe('cloud is 75 h old (RPO 26 h)');
  });

  it('is what nobody said, where saying it would do', () => {
    const failing = evaluateDataSet(facts([nas(), cloud({ site: null })]), DEFAULT_POLICY, NOW);
    expect(whyText(failing, words)).toBe('0 of 1 copies offsite: nobody said where cloud stands');
    expect(verdictSentence(failing, words)).toBe(`Not protected: ${whyText(failing, words)}.`);
  });

  it('is said of passing data sets too', () => {
    const passing = evaluateDataSet(facts([nas(), cloud()]), DEFAULT_POLICY, NOW);
    expect(whyText(passing, words)).toBe('3 copies, and every part of the rule passes');
  });
});

describe('the reasons that a change of status kept', () => {
  const ground = { evaluatedAt: NOW, digits: null, findings: [] };

  it('say what fell short without the numbers that were not kept', () => {
    expect(reasonText({ code: 'digit-fails', digit: 'offsite' }, ground, words)).toBe(
      'too few copies offsite',
    );
  });

  it('name a finding by its rule and subject', () => {
    const reason = { code: 'critical-finding', rule: 'rpo-exceeded', subjectName: 'files' } as const;
    expect(reasonText(reason, ground, words)).toBe('rpo-exceeded of files');
  });
});
