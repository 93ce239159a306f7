import { describe, expect, test } from 'vitest';
import { clientStatus, type StatusCounts } from '../protection/system-status';
import { clientSentence } from './client-sentence';

function systems(counts: Partial<StatusCounts>): StatusCounts {
  return { 'non-compliant': 0, unknown: 0, 'at-risk': 0, compliant: 0, ...counts };
}

describe('are we protected', () => {
  test.each<[Partial<StatusCounts>, string]>([
    [{}, 'Nothing can be said yet: no system of yours reports.'],
    [{ compliant: 1 }, 'Yes. Your only system is protected as agreed.'],
    [{ compliant: 14 }, 'Yes. All 14 systems are protected as agreed.'],
    [{ 'at-risk': 1 }, 'Yes, but your only system is at risk.'],
    [{ 'at-risk': 1, compliant: 13 }, 'Yes, but 1 of your 14 systems is at risk.'],
    [{ 'at-risk': 2, compliant: 12 }, 'Yes, but 2 of your 14 systems are at risk.'],
    [
      { 'non-compliant': 2, 'at-risk': 1, compliant: 11 },
      'Not completely. 12 of your 14 systems are protected as agreed; 2 are not.',
    ],
    [
      { 'non-compliant': 1, unknown: 1, compliant: 1 },
      'Not completely. 1 of your 3 systems is protected as agreed; 1 is not, and 1 cannot be judged.',
    ],
    [
      { 'non-compliant': 1, unknown: 2 },
      'Not completely. 0 of your 3 systems are protected as agreed; 1 is not, and 2 cannot be judged.',
    ],
    [{ 'non-compliant': 1 }, 'No. Your only system is not protected as agreed.'],
    [{ 'non-compliant': 3 }, 'No. None of your 3 systems is protected as agreed.'],
    [{ unknown: 1 }, 'Nobody can say at the moment: your only system is not known to be protected.'],
    [{ unknown: 3 }, 'Nobody can say at the moment: none of your 3 systems is known to be protected.'],
    [
      { unknown: 1, 'at-risk': 1, compliant: 12 },
      'Not known for all. 13 of your 14 systems are protected as agreed; 1 cannot be judged at the moment.',
    ],
  ])('%o: %s', (counts, sentence) => {
    expect(clientSentence(systems(counts))).toBe(sentence);
  });

  test('says yes exactly where the fleet shows the client as compliant or at risk', () => {
    for (let bits = 0; bits < 81; bits++) {
      const [a, b, c, d] = [
        bits % 3,
        Math.floor(bits / 3) % 3,
        Math.floor(bits / 9) % 3,
        Math.floor(bits / 27),
      ];
      const counts = systems({ 'non-compliant': a ?? 0, unknown: b ?? 0, 'at-risk': c ?? 0, compliant: d });
      const status = clientStatus(counts);
      expect(clientSentence(counts).startsWith('Yes')).toBe(status === 'compliant' || status === 'at-risk');
    }
  });
});
