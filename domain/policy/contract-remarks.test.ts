import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../protection/policy';
import { NOTHING_PROMISED } from '../retention/retention-policy';
import { contractRemarks } from './contract-remarks';
import { contractTerms, type ContractTerms } from './contract-terms';

const HOUR_S = 3600;
const TERMS: ContractTerms = {
  source: 'Contract 2026-17',
  clause: null,
  validFrom: '2026-01-01',
  validUntil: '2026-12-31',
  rpoSeconds: null,
  rtoSeconds: null,
  retentionDays: null,
  evidenceYears: null,
};
const remarks = (
  terms: Partial<ContractTerms>,
  policy: Partial<typeof DEFAULT_POLICY> = {},
  today = '2026-06-01',
) => contractRemarks({ ...DEFAULT_POLICY, ...policy, contractTerms: { ...TERMS, ...terms } }, today);

describe('a contract that promises more than the policy asks for', () => {
  test.each([
    [26 * HOUR_S - 60, ['Contract 2026-17 promises an RPO of 1559 min; this asks for 26 h.']],
    [26 * HOUR_S, []],
    [27 * HOUR_S, []],
  ])('by its RPO of %i s', (rpoSeconds, said) => expect(remarks({ rpoSeconds })).toEqual(said));

  test.each([
    [null, ['Contract 2026-17 promises an RTO of 4 h; this asks for none.']],
    [5 * HOUR_S, ['Contract 2026-17 promises an RTO of 4 h; this asks for 5 h.']],
    [4 * HOUR_S, []],
    [3 * HOUR_S, []],
  ])('by its RTO over one of %s s', (rtoSeconds, said) =>
    expect(remarks({ rtoSeconds: 4 * HOUR_S }, { rtoSeconds })).toEqual(said),
  );

  test.each([
    [null, ['Contract 2026-17 promises points kept for 90 days; this asks for no retention.']],
    [{ daily: 89 }, ['Contract 2026-17 promises points kept for 90 days; this asks for 89 days.']],
    [{ daily: 90 }, []],
    [{ ageDaysMin: 90 }, []],
    [{ weekly: 13 }, []],
    [
      { monthly: 12, ageDaysMax: 60 },
      ['Contract 2026-17 promises points kept for 90 days; this asks for 60 days.'],
    ],
  ])('by its retention over %j', (kept, said) =>
    expect(remarks({ retentionDays: 90 }, { retention: kept && { ...NOTHING_PROMISED, ...kept } })).toEqual(
      said,
    ),
  );

  test.each([
    ['2025-12-31', /begins on 2026-01-01/],
    ['2026-01-01', /promises an RTO/],
    ['2026-12-31', /promises an RTO/],
    ['2027-01-01', /ended on 2026-12-31/],
  ])('binds from its first day to its last: on %s', (today, said) =>
    expect(remarks({ rtoSeconds: 60 }, {}, today).join()).toMatch(said),
  );

  test('is not spoken of where none is known', () => {
    expect(contractRemarks(DEFAULT_POLICY, '2026-06-01')).toEqual([]);
  });
});

test.each<[Partial<ContractTerms>, RegExp]>([
  [{}, /Say what was promised/],
  [{ rtoSeconds: 60, source: ' ' }, /Say which contract/],
  [{ rtoSeconds: 60, validUntil: '2025-01-01' }, /ends before it begins/],
  [{ rtoSeconds: 60, validFrom: '2026-02-30' }, /Enter a date/],
  [{ rtoSeconds: 1 }, /At least a minute/],
  [{ evidenceYears: 0.5 }, /whole years/],
  [{ evidenceYears: 101 }, /At most 100 years/],
  [{ rtoSeconds: 60, clause: 'two\nlines' }, /one line/],
])('terms are refused in words: %j', (changed, sentence) => {
  const read = contractTerms.safeParse({ ...TERMS, ...changed });
  expect(read.error?.issues.map((one) => one.message).join()).toMatch(sentence);
});

test('terms that were entered before there were years of evidence promise none', () => {
  const { evidenceYears: _, ...older } = { ...TERMS, rtoSeconds: 60 };
  expect(contractTerms.parse(older).evidenceYears).toBeNull();
});
