import { expect, test } from 'vitest';
import { arrivalOf, type ArrivedMessage, misfitText } from './arrival';

const message = (said: Partial<ArrivedMessage>): ArrivedMessage => ({
  rawReportId: 'r',
  receivedAt: '2026-11-29T20:00:00Z',
  state: 'processed',
  reason: null,
  ping: null,
  runs: [],
  ...said,
});
const RUN = { runId: 'u', jobName: 'j', status: 'success', systemId: 's', systemName: 'fs-01' } as const;

test.each([
  ['nothing', [], 'waiting'],
  ['what is being read', [message({ state: 'pending' })], 'reading'],
  ['a run', [message({ runs: [RUN] })], 'arrived'],
  ['what is put aside', [message({ state: 'quarantined' })], 'misfit'],
  ['a line of a log alone', [message({ ping: { kind: 'log' } })], 'misfit'],
  ['a line of a log after a run', [message({ ping: { kind: 'log' } }), message({ runs: [RUN] })], 'arrived'],
  ['what is put aside after a run', [message({ state: 'quarantined' }), message({ runs: [RUN] })], 'misfit'],
])('%s is told as it is', (_, messages, stage) => {
  expect(arrivalOf({ messages }).stage).toBe(stage);
});

test('why something does not fit is what the reader of messages said, else what a ping was', () => {
  expect(misfitText(message({ state: 'quarantined', reason: 'No product …' })).why).toBe('No product …');
  expect(misfitText(message({ ping: { kind: 'log' } })).why).toContain('log');
  expect(misfitText(message({ ping: { kind: 'ign' } })).why).toContain('does not listen');
  expect(misfitText(message({ reason: 'A message of bacula that reports no run.' })).why).toContain('bacula');
});
