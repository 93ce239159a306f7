import { describe, expect, test } from 'vitest';
import { causesSentence, fleetSentence } from './fleet-sentence';
import type { StatusCounts } from './system-status';

const NONE: StatusCounts = { 'non-compliant': 0, unknown: 0, 'at-risk': 0, compliant: 0 };

describe('the fleet in a sentence', () => {
  test.each<[Partial<StatusCounts>, string]>([
    [{}, 'No client has a system yet.'],
    [{ 'non-compliant': 5, compliant: 20 }, '5 of 25 clients are not protected.'],
    [{ 'non-compliant': 1, unknown: 3 }, '1 of 4 clients is not protected.'],
    [{ unknown: 1, compliant: 2 }, 'Nothing is known to be unprotected, but 1 client cannot be judged.'],
    [{ 'at-risk': 2, compliant: 2 }, 'Every client is protected; 2 clients are at risk.'],
    [{ compliant: 12 }, 'All 12 clients are protected.'],
    [{ compliant: 1 }, 'The only client is protected.'],
  ])('%o: %s', (counts, sentence) => {
    expect(fleetSentence({ ...NONE, ...counts })).toBe(sentence);
  });
});

describe('what failing systems have in common', () => {
  const nas = { clientName: 'Harrowmere', text: 'nas-hq-01 did not answer', systemCount: 6 };
  const key = { clientName: 'Tindalworth', text: 'tdw-vault refuses access', systemCount: 3 };
  const own = { clientName: 'Larkwell', text: 'crm-sql has no copy', systemCount: 1 };

  test('is said with how much it explains, the greatest first', () => {
    expect(causesSentence([key, own, nas], 12)).toBe(
      'Two causes explain 9 of the 12 failing systems: nas-hq-01 did not answer (Harrowmere) and tdw-vault refuses access (Tindalworth).',
    );
  });

  test('is said of all when it explains all', () => {
    expect(causesSentence([nas], 6)).toBe(
      'One cause explains all 6 failing systems: nas-hq-01 did not answer (Harrowmere).',
    );
  });

  test('is nothing where each system fails for itself', () => {
    expect(causesSentence([own], 1)).toBeNull();
    expect(causesSentence([], 0)).toBeNull();
  });
});
