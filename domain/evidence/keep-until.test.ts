import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../protection/policy';
import type { ContractTerms } from '../policy/contract-terms';
import { FRAMEWORKS } from '../frameworks/clause-evidence';
import { keepSentence, keepTerms, type KeepTerms, keepUntil } from './keep-until';

const MADE = Date.parse('2026-03-01T12:00:00Z');
const NOTHING: KeepTerms = { contracts: [], frameworks: [], isHeld: false };
const contract = (evidenceYears: number | null, rest: Partial<ContractTerms> = {}): KeepTerms => ({
  ...NOTHING,
  contracts: [
    {
      source: 'Contract 2026-17',
      clause: '§ 9',
      validFrom: null,
      validUntil: null,
      rpoSeconds: null,
      rtoSeconds: null,
      retentionDays: null,
      evidenceYears,
      ...rest,
    },
  ],
});
const day = (at: number) => new Date(at).toISOString().slice(0, 10);

test.each<[string, KeepTerms, string, string]>([
  ['six years at least', NOTHING, '2032-03-01', '6 years: HIPAA'],
  ['not less for a shorter contract', contract(2), '2032-03-01', '6 years: HIPAA'],
  ['as long as a longer contract says', contract(10), '2036-03-01', '10 years: Contract 2026-17 (§ 9)'],
  ['by none that says nothing of evidence', contract(null), '2032-03-01', '6 years: HIPAA'],
  [
    'by a contract to its last day',
    contract(10, { validUntil: '2026-03-01' }),
    '2036-03-01',
    'Contract 2026-17',
  ],
  ['by none that has ended', contract(10, { validUntil: '2026-02-28' }), '2032-03-01', 'HIPAA'],
  [
    'as long as the longest of the frameworks',
    { ...contract(6), frameworks: ['PCI DSS 4.0', 'SOX', 'none such'] },
    '2033-03-01',
    '7 years: SOX by convention',
  ],
])('evidence is kept %s', (_, terms, until, because) => {
  const kept = keepUntil(MADE, terms, MADE);
  expect(day(kept.until)).toBe(until);
  expect(kept.because).toContain(because);
});

test('it is kept a day longer rather than shorter, where a year has no such day', () => {
  const terms = { ...NOTHING, frameworks: ['SOX'] };
  expect(day(keepUntil(Date.UTC(2028, 1, 29), terms, MADE).until)).toBe('2035-03-01');
});

test('what was promised when it was made is never shortened, and is lengthened', () => {
  const promised = { until: Date.UTC(2036, 2, 1), because: '10 years: Contract 2026-17' };
  expect(keepUntil(MADE, NOTHING, MADE, promised)).toEqual({ ...promised, isHeld: false });
  expect(keepUntil(MADE, NOTHING, MADE, { ...promised, because: null }).because).toMatch(/when it was made/);
  expect(day(keepUntil(MADE, contract(20), MADE, promised).until)).toBe('2046-03-01');
});

test('a legal hold has no end, and says which date there is without it', () => {
  const held = keepUntil(MADE, { ...contract(10), isHeld: true }, MADE);
  expect(keepSentence(held, day)).toBe(
    'as long as the legal hold stands, and at least until 2036-03-01 (10 years: Contract 2026-17 (§ 9))',
  );
  expect(keepSentence({ ...held, isHeld: false }, day)).toMatch(/^until 2036-03-01 \(10 years/);
});

test('terms come from every policy that holds', () => {
  const { contracts } = contract(8);
  const policies = [
    { ...DEFAULT_POLICY, frameworks: ['SOX'] },
    { ...DEFAULT_POLICY, frameworks: ['SOX', 'HIPAA'], contractTerms: contracts[0] ?? null },
  ];
  expect(keepTerms(policies, true)).toEqual({ contracts, frameworks: ['SOX', 'HIPAA'], isHeld: true });
});

test('every framework with a duty can be chosen', () => {
  const longer = FRAMEWORKS.filter(
    (name) => keepUntil(MADE, { ...NOTHING, frameworks: [name] }, MADE).until > Date.UTC(2032, 2, 2),
  );
  expect(longer).toEqual(['SOX']);
  expect(FRAMEWORKS).toEqual(expect.arrayContaining(['HIPAA', 'SOX', 'PCI DSS 4.0']));
});
