import { describe, expect, it, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import type { AccessAttestation, Attribute, KeyCustody } from './facts';
import { cloud, declared, facts, nas, NOW, said } from './facts.fixture';
import { DEFAULT_POLICY, type ProtectionPolicy } from './policy';
import { findingText } from './sentence';

const YEAR_S = 365 * 86_400;
const ASKED: ProtectionPolicy = {
  ...DEFAULT_POLICY,
  accessAttestationCadenceSeconds: YEAR_S,
  keyCustodyAttestationCadenceSeconds: YEAR_S,
};
const ACCESS: AccessAttestation = {
  owner: 'Priya Nair',
  deletableBy: 'two administrators of ours',
  hasSecondFactor: true,
  hasSeparateCredentials: true,
};
const CUSTODY: KeyCustody = { owner: 'Priya Nair', keptAt: 'our password manager', heldBy: 'Mara' };
const words = { formatInstant: (at: number) => new Date(at).toISOString().slice(0, 16) };
// Signed the day before by `declared`.
const DUE_AT = NOW - DAY + YEAR_S * 1000;

const bothOf = (access: Attribute<AccessAttestation> | null, keyCustody: Attribute<KeyCustody> | null) =>
  facts([nas({ access, keyCustody }), cloud({ access, keyCustody })]);
const judge = (given: ReturnType<typeof facts>, at = NOW, policy = ASKED) => {
  const verdict = evaluateDataSet(given, policy, at);
  const found = verdict.findings.filter(({ rule }) => rule.endsWith('-unattested'));
  return {
    ...verdict,
    found: found.map(({ rule, subject, severity }) => [rule, subject.id, severity]),
    texts: found.map((one) => findingText(one, words)),
  };
};

const custodyOf = (isEncrypted: Attribute<boolean> | null) =>
  judge(facts([nas({ isEncrypted, access: declared(ACCESS) })])).found;

describe('an attestation', () => {
  test('that nobody asks for is not missed', () => {
    expect(judge(bothOf(null, null), NOW, DEFAULT_POLICY).found).toEqual([]);
  });

  test('that is asked for and was never given puts each repository at risk, under its own cause', () => {
    const { status, found, findings } = judge(bothOf(null, null));
    expect(status).toBe('at-risk');
    expect(found.toSorted((a, b) => (a.join() < b.join() ? -1 : 1))).toEqual([
      ['access-unattested', 'cloud', 'warning'],
      ['access-unattested', 'nas', 'warning'],
      ['key-custody-unattested', 'cloud', 'warning'],
      ['key-custody-unattested', 'nas', 'warning'],
    ]);
    expect(findings.find((one) => one.rule === 'access-unattested')?.causeKey).toMatch(/^repository:/);
  });

  test('that was given holds', () => {
    expect(judge(bothOf(declared(ACCESS), declared(CUSTODY)))).toMatchObject({
      status: 'compliant',
      found: [],
    });
  });

  it.each([
    ['a day before it is near', DUE_AT - 14 * DAY - 1, undefined],
    ['a fortnight before it is due', DUE_AT - 14 * DAY, 'note'],
    ['at the last moment', DUE_AT - 1, 'note'],
    ['when it is due', DUE_AT, 'warning'],
  ])('%s: %s → %s', (_, at, severity) => {
    const heard = { channels: [{ id: 'agent', name: 'agent', lastHeardAt: at }] };
    const given = { ...bothOf(declared(ACCESS), declared(CUSTODY)), ...heard };
    const { found } = judge(given, at);
    expect(found.find(([rule, id]) => rule === 'access-unattested' && id === 'nas')?.[2]).toBe(severity);
    expect(found.find(([rule, id]) => rule === 'key-custody-unattested' && id === 'nas')?.[2]).toBe(severity);
  });

  test('ends when it said it would, where that is before its cadence, and the verdict knows when', () => {
    const given = bothOf(declared(ACCESS, NOW + HOUR), declared(CUSTODY));
    expect(judge(given, NOW + HOUR - 1).found).toEqual([
      ['access-unattested', 'cloud', 'note'],
      ['access-unattested', 'nas', 'note'],
    ]);
    expect(judge(given, NOW + HOUR).texts[0]).toBe(
      'Priya Nair was to attest who can reach cloud again by 2026-11-17T10:42',
    );
    expect(judge(given).changesAt).toBe(NOW + HOUR);
  });

  test('that says what is lacking is no attestation of it, and says so', () => {
    const given = bothOf(declared({ ...ACCESS, hasSecondFactor: false }), declared(CUSTODY));
    expect(judge(given)).toMatchObject({
      status: 'at-risk',
      texts: [
        'cloud is reached without a second factor, as was attested',
        'nas is reached without a second factor, as was attested',
      ],
    });
  });

  test('of a key is not asked for where there is none, and is where nobody knows', () => {
    expect(custodyOf(said(false))).toEqual([]);
    expect(custodyOf(said(false, 'inferred'))).toHaveLength(1);
    expect(custodyOf(null)).toHaveLength(1);
  });

  test('is not asked for of a repository that holds nothing', () => {
    expect(judge(facts([nas({ points: [] })])).found).toEqual([]);
  });
});
