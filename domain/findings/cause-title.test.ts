import { describe, expect, test } from 'vitest';
import type { OpenFinding } from '../protection/verdict';
import { causeTitle } from './cause-title';

const NOW = Date.parse('2026-11-28T08:00:00Z');
const words = { formatInstant: (at: number) => new Date(at).toISOString().slice(0, 16) };
const unreadable: Pick<OpenFinding, 'rule' | 'subject' | 'detail'> = {
  rule: 'repository-unreadable',
  subject: { kind: 'repository', id: 'r', name: 'nas-01' },
  detail: { kind: 'unreadable', problem: 'timeout', at: NOW },
};
const short: typeof unreadable = {
  rule: 'copies-missing',
  subject: { kind: 'data-set', id: 'd', name: '/srv' },
  detail: { kind: 'digit', digit: 'copies', required: 3, actual: 2 },
};

const uncovered: typeof unreadable = {
  rule: 'not-covered',
  subject: { kind: 'machine', id: 'm', name: 'FS-01.local' },
  detail: { kind: 'not-covered', isHeard: true },
};
const unmanaged: typeof unreadable = {
  rule: 'unmanaged-system',
  subject: { kind: 'system', id: 's', name: 'fs-01' },
  detail: { kind: 'unmanaged' },
};

describe('what a cause is called', () => {
  test.each([
    ['by what broke', unreadable, 14, 'nas-01 did not answer'],
    ['by what broke, though one system alone is concerned', unreadable, 1, 'nas-01 did not answer'],
    ['by its system and what it lacks', short, 1, 'fs-01: 2 of 3 copies'],
    [
      'by its machine alone, whose name it is',
      uncovered,
      1,
      'FS-01.local is in the inventory and reports, and has neither a backup job nor a recovery point',
    ],
    [
      'by the system alone that nobody manages',
      unmanaged,
      1,
      'fs-01 reports, though no inventory lists it and no policy was chosen for it',
    ],
  ])('%s', (_, lead, systemCount, title) => {
    expect(
      causeTitle({ lead, systemCount, systemName: 'fs-01', dataSetCount: 1, rules: [lead.rule] }, words),
    ).toBe(title);
  });
  test('by its data set too, where the system has several', () => {
    const cause = { systemCount: 1, systemName: 'fs-01', dataSetCount: 2, rules: [] };
    expect(causeTitle({ ...cause, lead: short }, words)).toBe('fs-01, /srv: 2 of 3 copies');
    expect(causeTitle({ ...cause, lead: unreadable }, words)).toBe('nas-01 did not answer');
  });
  test('by its rules where no finding is known', () => {
    const cause = {
      lead: null,
      systemCount: 1,
      systemName: null,
      dataSetCount: 0,
      rules: ['run-failed', 'rpo-exceeded'],
    };
    expect(causeTitle(cause, words)).toBe('run-failed, rpo-exceeded');
  });
});
