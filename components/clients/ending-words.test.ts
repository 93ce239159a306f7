import { expect, it } from 'vitest';
import { endingText, type ToldEnding } from './ending-words';
import { dataText, evidenceText } from './extent-words';

const NOW = Date.UTC(2026, 11, 1);
const day = (at: number) => new Date(at).toISOString().slice(0, 10);
const text = (ending: Partial<ToldEnding>) =>
  endingText(
    {
      deletionDueAt: null,
      deletesEvidence: false,
      deletedAt: null,
      evidenceDeletedAt: null,
      isHeld: false,
      evidenceUntil: null,
      ...ending,
    },
    day,
    NOW,
  );

it.each([
  [{}, 'Everything is kept'],
  [{ deletionDueAt: NOW }, 'Will be deleted on 2026-12-01, its evidence is kept'],
  [
    { deletionDueAt: NOW, deletesEvidence: true, isHeld: true },
    'Will be deleted on 2026-12-01, with its evidence; waits while a legal hold stands',
  ],
  [{ deletedAt: NOW }, 'Deleted on 2026-12-01, it has no evidence'],
  [{ deletedAt: NOW, evidenceUntil: NOW + 1 }, 'Deleted on 2026-12-01, evidence kept until 2026-12-01'],
  [{ deletedAt: NOW, evidenceUntil: NOW }, 'Deleted on 2026-12-01, evidence may be deleted since 2026-12-01'],
  [
    { deletedAt: NOW, evidenceUntil: NOW, isHeld: true },
    'Deleted on 2026-12-01, evidence kept while a legal hold stands',
  ],
  [
    { deletedAt: NOW, deletionDueAt: NOW, deletesEvidence: true },
    'Deleted on 2026-12-01, its evidence will be on 2026-12-01',
  ],
  [{ deletedAt: NOW, evidenceDeletedAt: NOW }, 'Deleted on 2026-12-01, its evidence on 2026-12-01'],
])('a client of which is known %j is told of so', (ending, words) => {
  expect(text(ending)).toBe(words);
});

it('tells how much goes, leaving out what there is none of', () => {
  expect(dataText({ systems: 1, agents: 2, jobs: 0 })).toBe('1 system and 2 agents and channels');
  expect(evidenceText({ records: 1 })).toBe('1 record of a restore test');
  expect(evidenceText({})).toBe('nothing');
});
