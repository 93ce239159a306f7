import { expect, test } from 'vitest';
import { HOUR } from '../time/instant';
import { recordComplaints, type SaidOfTest } from './check-record';

const NOW = Date.UTC(2026, 10, 29, 12);
const FILES = { criterion: 'All files come back', isMet: true, seen: '5 of 5' };
const UNSEEN = { criterion: 'What was restored is removed', isMet: true, seen: null };
const said: SaidOfTest = {
  level: 'L4',
  result: 'passed',
  checks: [FILES],
  anomalies: [],
  failure: null,
  files: null,
  manifest: { origin: 'row counts', sha256: null },
  startedAt: NOW - 2 * HOUR,
  endedAt: NOW - HOUR,
  recovery: {
    seconds: 60,
    targetSeconds: null,
    basis: 'measured',
    forecastSeconds: null,
    bytesRestored: null,
  },
  target: { environment: 'rt-lab01', isIsolated: true },
  selection: { how: 'request', population: null, seed: null, rule: null },
};
const complaintsOf = (
  checks: SaidOfTest['checks'],
  stoodBefore?: SaidOfTest['checks'],
): Record<string, string> =>
  recordComplaints({ ...said, checks }, { takenAt: null, now: NOW, ...(stoodBefore && { stoodBefore }) });

test('each criterion that was looked at says what was seen', () => {
  expect(complaintsOf([FILES])).toEqual({});
  expect(complaintsOf([FILES, UNSEEN])).toHaveProperty('checks');
});

test('what stood without it before a correction may stay, and nothing else', () => {
  expect(complaintsOf([FILES, UNSEEN], [UNSEEN])).toEqual({});
  expect(complaintsOf([{ ...UNSEEN, criterion: 'Another' }, UNSEEN], [UNSEEN])).toHaveProperty('checks');
  expect(complaintsOf([{ ...UNSEEN, isMet: false }], [UNSEEN])).toHaveProperty('checks');
});
