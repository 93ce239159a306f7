import { describe, expect, test } from 'vitest';
import type { DocumentRequest } from './document-request';
import { isForLeaders, isWithin } from './shown-to';

const PERIOD = {
  firstDay: '2026-10-01',
  lastDay: '2026-12-31',
  from: Date.parse('2026-10-01T00:00:00+02:00'),
  to: Date.parse('2027-01-01T00:00:00+01:00'),
};
const month = (name: string): DocumentRequest => ({ kind: 'executive-report', month: name });
const pack = (firstOn: string, lastOn: string): DocumentRequest => ({
  kind: 'evidence-pack',
  firstOn,
  lastOn,
  framework: 'SOC 2',
  seed: null,
});
const certificate: DocumentRequest = {
  kind: 'restore-certificate',
  recordId: '0198c4f2-0000-7000-8000-000000000001',
};

describe('an auditor’s period', () => {
  test.each([
    [month('2026-10'), true],
    [month('2026-12'), true],
    [month('2026-09'), false],
    [pack('2026-10-01', '2026-12-31'), true],
    [pack('2026-09-30', '2026-10-31'), false],
    [pack('2026-12-01', '2027-01-01'), false],
  ])('%j lies within it: %s', (request, isIt) => {
    expect(isWithin({ request, testedAt: null }, PERIOD)).toBe(isIt);
  });

  test.each([
    [PERIOD.from, true],
    [PERIOD.to - 1, true],
    [PERIOD.from - 1, false],
    [PERIOD.to, false],
    [null, false],
  ])('a certificate of a test that ended at %s: %s', (testedAt, isIt) => {
    expect(isWithin({ request: certificate, testedAt }, PERIOD)).toBe(isIt);
  });
});

test('a leader gets reports and certificates, and no auditor’s pack', () => {
  const shown = [month('2026-10'), certificate, pack('2026-10-01', '2026-10-31')].map((request) =>
    isForLeaders({ request, testedAt: null }),
  );
  expect(shown).toEqual([true, true, false]);
});
