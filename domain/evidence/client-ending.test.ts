import { describe, expect, it } from 'vitest';
import { DAY } from '../time/instant';
import { deletionObstacle, endingState } from './client-ending';

const NOW = Date.UTC(2026, 11, 1);
const keep = (until: number) => ({ until, because: '6 years: HIPAA', isHeld: false });
const nothing = { deletionDueAt: null, deletesEvidence: false, deletedAt: null, evidenceDeletedAt: null };

describe('a client that has ended', () => {
  it.each([
    ['ended', {}],
    ['leaving', { deletionDueAt: NOW }],
    ['kept', { deletedAt: NOW }],
    ['evidence-leaving', { deletedAt: NOW, deletionDueAt: NOW, deletesEvidence: true }],
    ['gone', { deletedAt: NOW, evidenceDeletedAt: NOW }],
  ])('is %s', (state, ending) => {
    expect(endingState({ ...nothing, ...ending })).toBe(state);
  });
});

describe('what stands in the way of a deletion', () => {
  it('is a legal hold, whatever is deleted, and though nothing else keeps it', () => {
    for (const choice of ['keep-evidence', 'delete-evidence'] as const)
      expect(deletionObstacle(choice, true, null, NOW)).toEqual({ kind: 'held' });
  });

  it('is the term of evidence that is to go, to the instant', () => {
    expect(deletionObstacle('delete-evidence', false, keep(NOW + 1), NOW)).toEqual({
      kind: 'kept',
      until: NOW + 1,
      because: '6 years: HIPAA',
    });
    expect(deletionObstacle('delete-evidence', false, keep(NOW), NOW)).toBeNull();
  });

  it('is nothing where the evidence stays, or where there is none', () => {
    expect(deletionObstacle('keep-evidence', false, keep(NOW + DAY), NOW)).toBeNull();
    expect(deletionObstacle('delete-evidence', false, null, NOW)).toBeNull();
  });
});
