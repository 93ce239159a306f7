import { describe, expect, it } from 'vitest';
import { CLAUSES } from '../frameworks/clauses';
import { evaluateDataSet } from '../protection/evaluate';
import type { AgentFacts, ProtectionFacts } from '../protection/facts';
import {
  check,
  cloud,
  declared,
  facts,
  FRANKFURT,
  job,
  nas,
  NOW,
  ORIGIN,
  point,
  repository,
  restoreTest,
  run,
  said,
} from '../protection/facts.fixture';
import { DEFAULT_POLICY, RULE_32110, type ProtectionPolicy } from '../protection/policy';
import { findingText } from '../protection/sentence';
import type { RetentionPolicy } from '../retention/retention-policy';
import { DAY, HOUR, MINUTE } from '../time/instant';
import { CATALOGUE, FINDING_RULES, type FindingRule, type OpenableRule } from './catalogue';

const words = { formatInstant: (at: number) => new Date(at).toISOString().slice(0, 16) };
const STRICT: ProtectionPolicy = { ...DEFAULT_POLICY, rule: RULE_32110 };
const ENCRYPTED: ProtectionPolicy = { ...DEFAULT_POLICY, requiresEncryption: true };
const KEEP_3: NonNullable<ReturnType<typeof nas>['toolRetention']> = {
  rules: [
    { last: null, hourly: null, daily: 3, weekly: null, monthly: null, yearly: null, withinDays: null },
  ],
  former: null,
  timeZone: 'UTC',
  arePointsWhole: true,
};
const nights = (...backs: number[]) => backs.map((back) => point(NOW - 2 * HOUR - back * DAY));
const agent = (changed: Partial<AgentFacts>): Partial<ProtectionFacts> => ({
  channels: [
    {
      id: 'agent',
      name: 'fs-01',
      lastHeardAt: NOW - MINUTE,
      agent: {
        isRevoked: false,
        clockSkewMs: 0,
        outages: [],
        missingReports: [],
        untrustedTool: null,
        ...changed,
      },
    },
  ],
});
const capacity = (freeBytes: number, fullAt: number | null) =>
  nas({
    capacity: {
      at: NOW - DAY,
      freeBytes,
      totalBytes: 1000,
      forecast:
        fullAt === null
          ? { kind: 'never-full', bytesPerDay: 0, count: 9 }
          : { kind: 'full', fullAt, earliestAt: fullAt, latestAt: null, bytesPerDay: 1, count: 9 },
      origin: ORIGIN,
    },
  });
const sizes = (changedBytes: number, sourceBytes: number) => [
  ...Array.from({ length: 12 }, (_, index) => ({
    at: NOW - (index + 2) * DAY,
    sourceBytes: 1e11,
    changedBytes: 1e9,
    files: 5000,
  })),
  { at: NOW - HOUR, sourceBytes, changedBytes, files: 5000 },
];
const passing = [nas(), cloud()];
const nightsBack = (...backs: number[]) => backs.map((back) => NOW - 2 * HOUR - back * DAY);
const promised = (retention: Partial<RetentionPolicy>): ProtectionPolicy => ({
  ...DEFAULT_POLICY,
  retention: {
    last: null,
    hourly: null,
    daily: null,
    weekly: null,
    monthly: null,
    yearly: null,
    ageDaysMin: null,
    ageDaysMax: null,
    ...retention,
  },
});
/** A run each night of a month, and points of some of those nights. */
const keptNights = (...backs: number[]): Partial<ProtectionFacts> => ({
  kept: {
    since: NOW - 30 * DAY,
    timeZone: 'UTC',
    succeeded: nightsBack(...Array.from({ length: 30 }, (_, back) => back)),
    warned: [],
    points: [
      {
        repositoryId: 'nas',
        state: 'complete',
        outcome: 'success',
        capture: null,
        sources: ['/srv'],
        isTestFailed: false,
        takenAt: nightsBack(...backs),
      },
    ],
  },
});

interface Case {
  given: ProtectionFacts;
  policy?: ProtectionPolicy;
  /** What is said of it. */
  text: RegExp;
}

/** Facts that open each rule that evaluating a data set can open. */
const OPENED: Readonly<Record<OpenableRule, Case>> = {
  'copies-missing': { given: facts([nas()]), text: /^2 of 3 copies$/ },
  'media-missing': { given: facts([nas({ media: said('disk') })]), text: /^1 of 2 kinds of media$/ },
  'locations-missing': {
    given: facts(passing),
    policy: { ...DEFAULT_POLICY, rule: { ...DEFAULT_POLICY.rule, locations: 3 } },
    text: /^2 of 3 places$/,
  },
  'offsite-missing': { given: facts([nas()]), text: /^0 of 1 copies offsite$/ },
  'immutable-missing': { given: facts(passing), policy: STRICT, text: /cannot be changed/ },
  'errors-present': { given: facts(passing), policy: STRICT, text: /verified and tested/ },
  'same-failure-domain': {
    given: facts([...passing, nas({ id: 'nas-2', name: 'nas-2', failureDomain: said('nas') })]),
    text: /share nas/,
  },
  'rpo-exceeded': { given: facts([nas({ points: nights(3) })]), text: /within the RPO of 26 h/ },
  'run-failed': {
    given: facts(passing, { jobs: [job('nightly', 'nas', [run(NOW - HOUR, 'failed')])] }),
    text: /^the last run of nightly failed$/,
  },
  'run-failed-repeatedly': {
    given: facts(passing, {
      jobs: [
        job(
          'nightly',
          'nas',
          [1, 2, 3].map((back) => run(NOW - back * HOUR, 'failed')),
        ),
      ],
    }),
    text: /3 times in a row/,
  },
  'run-missed': {
    given: facts(passing, {
      jobs: [
        job('nightly', 'nas', [run(NOW - 2 * DAY)], {
          expectation: {
            schedule: { kind: 'interval', seconds: 86_400, anchor: '2026-01-01T00:00' },
            timeZone: 'UTC',
            latenessSeconds: 3600,
            greatestDurationSeconds: 4 * 3600,
            since: NOW - DAY,
            outages: [],
            maintenance: [],
            absences: [],
            offlineToleranceSeconds: null,
            contact: { kind: 'runs-only' },
          },
          runs: [],
        }),
      ],
    }),
    text: /nightly was due 2026-11-17T00:00, nothing by 2026-11-17T01:00/,
  },
  'run-stalled': {
    given: facts(passing, { jobs: [job('nightly', 'nas', [run(NOW - DAY, 'running')])] }),
    text: /began 2026-11-16T09:42 and did not end within 24 h/,
  },
  'run-incomplete': {
    given: facts(passing, { jobs: [job('nightly', 'nas', [run(NOW - HOUR, 'warning')])] }),
    text: /ended with warnings/,
  },
  'source-shrunk': {
    given: facts([...passing.slice(1), nas({ points: [point(NOW - HOUR, { sources: [] })] })], {
      jobs: [{ ...job('nightly', 'nas', [run(NOW - HOUR)]), sizes: sizes(1e9, 1e9) }],
    }),
    text: /found 953\.7 MiB where 93\.1 GiB are usual/,
  },
  'verification-overdue': {
    given: facts([nas({ verifications: [check(NOW - 8 * DAY)] }), cloud()]),
    text: /^nas last passed a partial data check on 2026-11-09/,
  },
  'verification-failed': {
    given: facts([nas({ verifications: [check(NOW - DAY, 'problems')] }), cloud()]),
    text: /found problems/,
  },
  'never-verified': {
    given: facts([nas({ verifications: [check(NOW - DAY, 'ok', 'structure')] })]),
    text: /^nas never passed a partial data check: that of 2026-11-16T09:42 looked less deep$/,
  },
  'restore-test-overdue': {
    given: facts([nas({ points: [point(NOW - HOUR, { restoreTests: [restoreTest(NOW - 90 * DAY)] })] })]),
    text: /^the last restore test of Files was on 2026-08-19/,
  },
  'restore-test-failed': {
    given: facts([
      nas({ points: [point(NOW - HOUR, { restoreTests: [restoreTest(NOW - DAY, 'failed')] })] }),
    ]),
    text: /restore test from nas failed/,
  },
  'never-restored': { given: facts(passing), text: /^nobody ever restored Files: backups are running/ },
  'repository-unreadable': {
    given: facts([nas({ lastAttempt: { at: NOW, problem: 'network', origin: ORIGIN } }), cloud()]),
    text: /did not answer/,
  },
  'recovery-points-vanished': {
    given: facts([
      nas({
        points: nights(0, 1, 2).map((one, index) => ({ ...one, isListed: index !== 1 })),
        toolRetention: KEEP_3,
      }),
    ]),
    text: /^1 point of nas vanished that should have stayed$/,
  },
  'last-good-copy-expiring': {
    given: facts([
      nas({ points: nights(0, 1, 2), toolRetention: KEEP_3, verifications: [check(NOW - 2 * DAY)] }),
    ]),
    policy: STRICT,
    text: /^retention will remove the last verified point, of 2026-11-15T07:42 in nas, about 2026-11-18T07:42/,
  },
  'retention-gap': {
    given: facts(passing, keptNights(0, 1, 3, 5)),
    policy: promised({ daily: 5 }),
    text: /^no usable point of Files is kept for 15 November 2026, 13 November 2026, though a run succeeded$/,
  },
  'retention-too-short': {
    given: facts(passing, keptNights(0, 1)),
    policy: promised({ daily: 7, last: 3 }),
    text: /^usable points of Files reach back to 2026-11-16T07:42 only: nothing is kept of 15 November 2026, 14 November 2026, 13 November 2026 and 2 more, though runs succeeded; 1 of the newest that were promised is missing$/,
  },
  'retention-too-long': {
    given: facts(passing, keptNights(0, 15, 16)),
    policy: promised({ ageDaysMax: 15 }),
    text: /^2 points of nas are older than the 15 days agreed, the oldest of 2026-11-01T07:42$/,
  },
  'retention-not-enforced': {
    given: facts([
      nas({ points: nights(...Array.from({ length: 15 }, (_, back) => back)), toolRetention: KEEP_3 }),
    ]),
    text: /^\d points of nas should be gone by the tool's own rule/,
  },
  'unencrypted-copy': {
    given: facts([nas({ isEncrypted: null }), cloud()]),
    policy: ENCRYPTED,
    text: /^nothing says that nas is encrypted/,
  },
  'unencrypted-offsite': {
    given: facts([nas(), cloud({ isEncrypted: said(false) })]),
    policy: ENCRYPTED,
    text: /^cloud is not encrypted/,
  },
  'rto-at-risk': {
    given: facts([
      nas({
        points: [
          point(NOW - 2 * HOUR, {
            sizeBytes: 720 * 2 ** 30,
            restoreTests: [{ ...restoreTest(NOW - DAY), restored: { bytes: 2 ** 30, seconds: 60 } }],
          }),
        ],
      }),
    ]),
    policy: { ...DEFAULT_POLICY, rtoSeconds: 4 * 3600 },
    text: /^a full restore of Files \(720\.0 GiB\) would take 12 h, the RTO is 4 h: extrapolated from 1\.0 GiB restored from nas in 1 min$/,
  },
  'access-unattested': {
    given: facts(passing),
    policy: { ...DEFAULT_POLICY, accessAttestationCadenceSeconds: 365 * 86_400 },
    text: /^nobody attested who can reach cloud$/,
  },
  'key-custody-unattested': {
    given: facts(passing),
    policy: { ...DEFAULT_POLICY, keyCustodyAttestationCadenceSeconds: 365 * 86_400 },
    text: /^nobody attested where the key of cloud is kept$/,
  },
  'declaration-expired': {
    given: facts([nas({ site: declared(FRANKFURT, NOW - 1) })]),
    text: /\(site\) expired on/,
  },
  'image-missing': {
    given: facts(passing),
    policy: { ...DEFAULT_POLICY, requiredCapture: 'image' },
    text: /^no image of Files is there/,
  },
  'capacity-low': { given: facts([capacity(99, null)]), text: /^nas has 99 B of 1000 B free \(9\.9 %\)$/ },
  'capacity-forecast': {
    given: facts([capacity(500, NOW + 30 * DAY)]),
    text: /^nas will be full about 2026-12-17T09:42, at the earliest .* by 9 days$/,
  },
  'size-anomaly': {
    given: facts(passing, {
      jobs: [{ ...job('nightly', 'nas', [run(NOW - HOUR)]), sizes: sizes(9e10, 1e11) }],
    }),
    text: /^the last run of nightly changed 83\.8 GiB, far more than usual \(median 953\.7 MiB, deviation 0 B, score 6\d\.\d, 12 runs\)$/,
  },
  'agent-silent': {
    given: facts(passing, {
      channels: [
        ...(agent({}).channels ?? []),
        { ...agent({}).channels?.[0], id: 'old', name: 'old', lastHeardAt: NOW - 26 * HOUR },
      ],
    }),
    text: /^agent old was last heard 2026-11-16T07:42, the policy allows 26 h$/,
  },
  'reports-missing': {
    given: facts(passing, agent({ missingReports: [{ from: 4, to: 5, noticedAt: NOW - HOUR }] })),
    text: /^2 reports of agent fs-01 never arrived \(numbers 4 to 5\)$/,
  },
  'clock-skew': {
    given: facts(passing, agent({ clockSkewMs: -20 * MINUTE })),
    text: /^the clock of fs-01 is 20 min ahead of ours$/,
  },
  'tool-untrusted': {
    given: facts(
      passing,
      agent({
        untrustedTool: { at: NOW - HOUR, message: 'borgmatic 1.9.14 may hide damage.', origin: ORIGIN },
      }),
    ),
    text: /^borgmatic 1\.9\.14 may hide damage$/,
  },
};
const openable = Object.entries(OPENED) as [OpenableRule, Case][];
const rulesOf = (...given: Parameters<typeof facts>[0]) =>
  evaluateDataSet(facts(given), STRICT, NOW).findings.map((finding) => finding.rule);
const rulesAt = (given: ProtectionFacts, at: number) =>
  evaluateDataSet(given, DEFAULT_POLICY, at).findings.map((finding) => finding.rule);
const encryptionRules = (isEncrypted: ReturnType<typeof nas>['isEncrypted']) =>
  evaluateDataSet(facts([nas(), repository('tape', { isEncrypted })]), ENCRYPTED, NOW)
    .findings.filter((finding) => finding.rule.startsWith('unencrypted'))
    .map((finding) => [finding.rule, finding.severity]);

const openedBy = (what: string) =>
  FINDING_RULES.filter((rule) => CATALOGUE[rule].openedBy === what).toSorted();

describe('the catalogue of findings', () => {
  it.each(openable)('%s: facts open it, gravely as said, in words', (rule, { given, policy, text }) => {
    const { findings } = evaluateDataSet(given, policy ?? DEFAULT_POLICY, NOW);
    const found = findings.find((finding) => finding.rule === rule);
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(found && findingText(found, words)).toMatch(text);
    const severities: readonly { severity: string }[] = CATALOGUE[rule].severities;
    expect(severities.map((one) => one.severity)).toContain(found?.severity);
    expect(found?.since).toBeLessThanOrEqual(NOW);
  });

  it('says of exactly the other rules that coverage or drills open them', () => {
    const verdicts = openable.map(([rule]) => rule);
    expect([...openedBy('coverage'), ...openedBy('drill'), ...verdicts].toSorted()).toEqual(
      FINDING_RULES.toSorted(),
    );
    expect(openedBy('coverage')).toEqual(['not-covered', 'unmanaged-system']);
    expect(openedBy('drill')).toEqual(['drill', 'drill-failed']);
  });

  it('holds the findings of the specification, and the digit of places and drills beside them', () => {
    expect(FINDING_RULES).toHaveLength(45);
  });

  it('has a meaning, a cure and an end for each, in whole sentences', () => {
    for (const rule of FINDING_RULES) {
      const { title, meaning, cure, closesWhen, severities } = CATALOGUE[rule];
      expect([title, closesWhen, ...severities.map((one) => one.when)].join(), rule).not.toMatch(/\.$/);
      expect(`${meaning} ${cure}`, rule).toMatch(/^[A-Z].*\. [A-Z].*\.$/);
      expect(new Set(severities.map((one) => one.severity)).size, rule).toBe(severities.length);
    }
  });

  it('touches only clauses that are known, and each of them at least once', () => {
    const touched = new Set<string>(FINDING_RULES.flatMap((rule) => CATALOGUE[rule].touches));
    expect([...touched].toSorted()).toEqual(Object.keys(CLAUSES).toSorted());
  });

  it('says of no framework what it does not say', () => {
    const proofs: FindingRule[] = ['never-restored', 'restore-test-overdue', 'restore-test-failed'];
    const tests = proofs.flatMap((rule) => CATALOGUE[rule].touches.map((id) => CLAUSES[id].framework));
    expect(tests).not.toContain('PCI DSS 4.0');
    const minima: FindingRule[] = ['retention-too-short', 'retention-gap'];
    const kept = minima.flatMap((rule) => CATALOGUE[rule].touches.map((id) => CLAUSES[id].framework));
    expect(kept.filter((framework) => ['SOX', 'HIPAA', 'PCI DSS 4.0'].includes(framework))).toEqual([]);
    const texts = JSON.stringify([CATALOGUE, CLAUSES]);
    for (const never of [/seven years/i, /7 years/i, /screenshot/i, /1 % a day/i])
      expect(texts).not.toMatch(never);
  });
});

describe('what a policy did not ask for', () => {
  it('is noted and leaves the status as it is', () => {
    const { status, findings } = evaluateDataSet(facts(passing), DEFAULT_POLICY, NOW);
    expect(status).toBe('compliant');
    expect(findings.map(({ rule, subject, severity }) => [rule, subject.id, severity])).toEqual([
      ['never-verified', 'cloud', 'note'],
      ['never-verified', 'nas', 'note'],
      ['never-restored', 'files', 'note'],
    ]);
  });

  it('is a warning where the policy asks for no errors', () => {
    const { findings } = evaluateDataSet(facts(passing), STRICT, NOW);
    expect(findings.filter((one) => one.severity === 'note')).toEqual([]);
    expect(findings.map((one) => one.rule)).toEqual(
      expect.arrayContaining(['errors-present', 'never-verified', 'never-restored']),
    );
  });

  it('lets a copy expire that another outlives', () => {
    const expiring = nas({
      points: nights(0, 1, 2),
      toolRetention: KEEP_3,
      verifications: [check(NOW - DAY)],
    });
    expect(rulesOf(expiring)).toContain('last-good-copy-expiring');
    expect(rulesOf(expiring, cloud())).toContain('last-good-copy-expiring');
    const outliving = cloud({ points: nights(0, 1, 2), verifications: [check(NOW - DAY)] });
    expect(rulesOf(expiring, outliving)).not.toContain('last-good-copy-expiring');
  });
});

describe('both sides of each boundary', () => {
  it.each<[string, OpenableRule, ProtectionFacts, number]>([
    ['a run stalls', 'run-stalled', OPENED['run-stalled'].given, NOW],
    ['an agent falls silent', 'agent-silent', OPENED['agent-silent'].given, NOW],
    ['a report counts as missing', 'reports-missing', OPENED['reports-missing'].given, NOW],
    ['a repository will soon be full', 'capacity-forecast', OPENED['capacity-forecast'].given, NOW],
    ['a verification is overdue', 'verification-overdue', OPENED['verification-overdue'].given, NOW],
    ['a restore test is overdue', 'restore-test-overdue', OPENED['restore-test-overdue'].given, NOW],
  ])('%s', (_, rule, given, opensAt) => {
    expect(rulesAt(given, opensAt - 1)).not.toContain(rule);
    expect(rulesAt(given, opensAt)).toContain(rule);
    expect(evaluateDataSet(given, DEFAULT_POLICY, opensAt - 1).changesAt).toBe(opensAt);
  });

  it.each<[string, OpenableRule, ProtectionFacts, number]>([
    ['a measurement grows old', 'capacity-low', OPENED['capacity-low'].given, NOW + 13 * DAY],
    [
      'what is missing was replaced',
      'reports-missing',
      OPENED['reports-missing'].given,
      NOW - HOUR + 7 * DAY,
    ],
    ['a tool is no longer named', 'tool-untrusted', OPENED['tool-untrusted'].given, NOW - HOUR + 2 * DAY],
  ])('%s', (_, rule, given, closesAt) => {
    expect(rulesAt(given, closesAt - 1)).toContain(rule);
    expect(rulesAt(given, closesAt)).not.toContain(rule);
  });

  it('a revoked agent is not expected, nor one that travels with its system', () => {
    const revoked = agent({
      isRevoked: true,
      clockSkewMs: DAY,
      missingReports: [{ from: 1, to: 1, noticedAt: NOW - DAY }],
    });
    expect(rulesAt(facts(passing, revoked), NOW).filter((rule) => /agent|clock|report/.test(rule))).toEqual(
      [],
    );
    const away = { ...DEFAULT_POLICY, offlineToleranceSeconds: 5 * 86_400 };
    const given = facts(passing, agent({}));
    const travelling = { ...given, system: { ...given.system, lastSeenAt: NOW - MINUTE } };
    const rules = (at: number) =>
      evaluateDataSet(travelling, away, at).findings.map((finding) => finding.rule);
    expect(rules(NOW + 4 * DAY)).not.toContain('agent-silent');
    expect(rules(NOW + 5 * DAY)).toContain('agent-silent');
  });

  it('a run that a newer one has followed is over, whatever was heard of it', () => {
    const jobs = [job('nightly', 'nas', [run(NOW - 2 * DAY, 'running'), run(NOW - HOUR)])];
    expect(rulesAt(facts(passing, { jobs }), NOW)).not.toContain('run-stalled');
  });

  it('an encrypted copy is one that somebody attested', () => {
    expect(encryptionRules(said(true))).toEqual([]);
    expect(encryptionRules(said(true, 'inferred'))).toEqual([['unencrypted-copy', 'warning']]);
    expect(encryptionRules(said(false))).toEqual([['unencrypted-copy', 'warning']]);
  });
});
