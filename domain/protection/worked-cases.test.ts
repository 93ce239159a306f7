import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import {
  check,
  cloud,
  declared,
  facts,
  HOME,
  job,
  nas,
  NOW,
  point,
  repository,
  restoreTest,
  run,
  said,
} from './facts.fixture';
import type { ProtectionFacts } from './facts';
import { DEFAULT_POLICY, RULE_32110, RULE_SAAS, type ProtectionPolicy } from './policy';
import { systemStatus } from './system-status';
import type { Status, Verdict } from './verdict';

const STRICT: ProtectionPolicy = { ...DEFAULT_POLICY, rule: RULE_32110 };
const fresh = (changed = {}) => [point(NOW - 2 * HOUR, changed)];
const removable = repository('drive', { media: declared('removable'), site: said(HOME, 'inferred') });
const saas: ProtectionFacts = {
  ...facts([cloud({ points: fresh({ capture: 'mailboxes', sources: [] }) })]),
  system: {
    ...facts([]).system,
    kind: 'saas',
    site: said({ ...HOME, siteId: 'tenant' }),
    failureDomain: 'vendor:tenant',
  },
  dataSet: { id: 'mail', name: 'Mailboxes', capture: 'mailboxes', sources: [], otherNames: [] },
};
const locked = (until: number) =>
  cloud({
    immutability: said({ kind: 'object_lock_compliance', until: null, areLocksExtended: true }),
    points: fresh({ immutableUntil: until, restoreTests: [restoreTest(NOW - DAY)] }),
    verifications: [check(NOW - DAY)],
  });
const verifiedNas = nas({ verifications: [check(NOW - DAY)] });

interface Case {
  name: string;
  given: ProtectionFacts;
  policy?: ProtectionPolicy;
  status: Status;
  digits: Partial<Record<'copies' | 'media' | 'offsite' | 'immutable' | 'errors', number>>;
  rejected?: Record<string, string>;
  reason?: string;
}

const CASES: readonly Case[] = [
  {
    name: '1 NAS and cloud, both fresh',
    given: facts([nas(), cloud()]),
    status: 'compliant',
    digits: { copies: 3, media: 3, offsite: 1 },
    reason: 'all-pass',
  },
  {
    name: '2 two repositories on one NAS',
    given: facts([
      nas({ failureDomain: said('chassis') }),
      repository('nas-b', { media: said('nas'), site: nas().site, failureDomain: said('chassis') }),
    ]),
    status: 'non-compliant',
    digits: { copies: 2, offsite: 0 },
    rejected: { 'nas-b': 'shared-failure-domain' },
  },
  {
    name: '3 cloud 72 h old',
    given: facts([nas(), cloud({ points: [point(NOW - 72 * HOUR)] })]),
    status: 'non-compliant',
    digits: { copies: 2, media: 2, offsite: 0 },
    rejected: { cloud: 'stale' },
  },
  {
    name: '4 problems found yesterday, the point is newer',
    given: facts([
      nas(),
      cloud({ verifications: [check(NOW - DAY, 'problems'), check(NOW - HOUR, 'ok', 'structure')] }),
    ]),
    status: 'non-compliant',
    digits: { copies: 2, offsite: 0 },
    rejected: { cloud: 'verification-problems' },
  },
  {
    name: '4 and cleared by a clean check of that depth',
    given: facts([nas(), cloud({ verifications: [check(NOW - DAY, 'problems'), check(NOW - HOUR)] })]),
    status: 'compliant',
    digits: { copies: 3, offsite: 1 },
  },
  {
    name: '5 external drive at the same site',
    given: facts([nas(), { ...removable, site: nas().site }]),
    status: 'non-compliant',
    digits: { copies: 3, media: 3, offsite: 0, immutable: 0 },
  },
  {
    name: '5 carried home',
    given: facts([
      nas(),
      {
        ...removable,
        takenOut: { takenOutAt: NOW - HOUR, broughtBackAt: null, place: HOME, origin: { kind: 'preset' } },
      },
    ]),
    status: 'compliant',
    digits: { copies: 3, media: 3, offsite: 1, immutable: 1 },
  },
  {
    name: '6 the NAS copy goes stale in 40 minutes',
    given: facts([nas({ points: [point(NOW - 26 * HOUR + 40 * MINUTE)] }), cloud()]),
    status: 'at-risk',
    digits: { copies: 3 },
    reason: 'fails-soon',
  },
  {
    name: '7 object lock until tomorrow, window 14 days',
    given: facts([verifiedNas, locked(NOW + DAY)]),
    policy: STRICT,
    status: 'non-compliant',
    digits: { immutable: 0, errors: 0 },
  },
  {
    name: '7 and long enough',
    given: facts([verifiedNas, locked(NOW + 30 * DAY)]),
    policy: STRICT,
    status: 'compliant',
    digits: { immutable: 1, errors: 0 },
  },
  {
    name: '8 the last run failed, the previous point is within the RPO',
    given: facts([nas(), cloud()], {
      jobs: [job('nightly', 'cloud', [run(NOW - HOUR, 'failed'), run(NOW - DAY)])],
    }),
    status: 'at-risk',
    digits: { copies: 3, offsite: 1 },
    reason: 'warning-finding',
  },
  {
    name: '9 SaaS under 3-2-1',
    given: saas,
    status: 'non-compliant',
    digits: { copies: 2, media: 2, offsite: 1 },
  },
  {
    name: '9 SaaS under its preset',
    given: saas,
    policy: { ...DEFAULT_POLICY, rule: RULE_SAAS },
    status: 'compliant',
    digits: { copies: 2, offsite: 1 },
  },
  {
    name: '10 nothing ever heard',
    given: facts([], { channels: [{ id: 'agent', name: 'agent', lastHeardAt: null }] }),
    status: 'unknown',
    digits: { copies: 1 },
    reason: 'never-heard',
  },
  {
    name: '10 a failed system that falls silent',
    given: facts([nas({ points: [point(NOW - 40 * HOUR)] })], {
      channels: [{ id: 'agent', name: 'agent', lastHeardAt: NOW - 30 * HOUR }],
    }),
    status: 'non-compliant',
    digits: { copies: 1 },
    reason: 'silent',
  },
  {
    name: '12 own second disk and cloud',
    given: facts([repository('disk-d', { media: said('disk'), failureDomain: said('host:fs-01') }), cloud()]),
    status: 'non-compliant',
    digits: { copies: 2, offsite: 1 },
    rejected: { 'disk-d': 'own-failure-domain' },
  },
  {
    name: '13 only success mails',
    given: facts([
      nas({ points: fresh({ outcome: 'claimed', state: 'unknown' }) }),
      cloud({ points: fresh({ outcome: 'claimed', state: 'unknown' }) }),
    ]),
    status: 'at-risk',
    digits: { copies: 3, media: 3, offsite: 1 },
    reason: 'claims-only',
  },
  {
    name: '14 a third, unverified copy',
    given: facts([verifiedNas, locked(NOW + 30 * DAY), repository('third', { media: said('tape') })]),
    policy: STRICT,
    status: 'compliant',
    digits: { copies: 4, errors: 0 },
  },
  {
    name: '15 repository deleted an hour ago',
    given: facts([
      nas(),
      cloud({ lastAttempt: { at: NOW - HOUR, problem: 'repository_missing', origin: { kind: 'preset' } } }),
    ]),
    status: 'non-compliant',
    digits: { copies: 2, offsite: 0 },
    rejected: { cloud: 'unreadable' },
  },
];

describe('the worked cases of the 3-2-1 rule', () => {
  it.each(CASES)('$name', ({ given, policy, status, digits, rejected, reason }) => {
    const verdict = evaluateDataSet(given, policy ?? DEFAULT_POLICY, NOW);
    expect(verdict.status).toBe(status);
    expect(actualOf(verdict)).toMatchObject(digits);
    expect(rejectionsOf(verdict)).toEqual(rejected ?? rejectionsOf(verdict));
    expect(verdict.reasons[0]?.code).toBe(reason ?? verdict.reasons[0]?.code);
  });

  it('2 opens same-failure-domain', () => {
    const verdict = evaluateDataSet(CASES[1]?.given ?? facts([]), DEFAULT_POLICY, NOW);
    expect(verdict.findings.map((finding) => finding.rule)).toContain('same-failure-domain');
  });

  it('6 at 121 minutes before it is compliant, and changes one minute on', () => {
    const failsAt = NOW + 121 * MINUTE;
    const given = facts([nas({ points: [point(failsAt - 26 * HOUR)] }), cloud({ points: [point(NOW)] })]);
    const verdict = evaluateDataSet(given, DEFAULT_POLICY, NOW);
    expect(verdict).toMatchObject({ status: 'compliant', failsAt, changesAt: NOW + MINUTE });
    expect(evaluateDataSet(given, DEFAULT_POLICY, NOW + MINUTE).status).toBe('at-risk');
    expect(evaluateDataSet(given, DEFAULT_POLICY, NOW + MINUTE - 1).status).toBe('compliant');
  });

  it('11 a database that is backed up nowhere decides for its system', () => {
    const database = { id: 'db', name: 'SQL', capture: 'database', sources: [], otherNames: [] } as const;
    const verdicts = [facts([nas(), cloud()]), facts([], { dataSet: database })].map(
      (given) => evaluateDataSet(given, DEFAULT_POLICY, NOW).status,
    );
    expect(verdicts).toEqual(['compliant', 'non-compliant']);
    expect(systemStatus(verdicts)).toBe('non-compliant');
  });

  it('15 is missing as a critical finding', () => {
    const verdict = evaluateDataSet(CASES.at(-1)?.given ?? facts([]), DEFAULT_POLICY, NOW);
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({ rule: 'repository-unreadable', severity: 'critical' }),
    );
    expect(verdict.smallestChange?.change.kind).toBe('repair-repository');
  });
});

function actualOf(verdict: Verdict) {
  return Object.fromEntries(Object.entries(verdict.digits).map(([name, digit]) => [name, digit.actual]));
}

function rejectionsOf(verdict: Verdict) {
  const rejected = verdict.copies.filter((copy) => !copy.isCounted);
  return Object.fromEntries(rejected.map((copy) => [copy.repositoryName, copy.rejections[0]?.code]));
}
