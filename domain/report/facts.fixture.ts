import type { RestoreRecord } from '../restore-test/record';
import { DAY, HOUR } from '../time/instant';
import type { CertificateFacts } from './certificate';
import type { DocumentHead } from './document';
import type { ExecutiveFacts } from './executive';
import type { PackFacts, RunFact } from './pack';
import { daysOfMonth } from './period';
import type { FindingFacts, PeriodFacts, SystemFacts, TestFacts } from './period-facts';
import type { DayMark } from './sheet';

/** Facts of a made-up client, for tests and benches. Every figure in them is another, so that a test can find each on a page. */
const FROM = Date.UTC(2026, 9, 1);

function headFacts(clientName = 'Larkfield Orthopedics'): DocumentHead {
  return {
    documentId: '01993c4e-0000-7000-8000-00000000d0c1',
    madeAt: '2026-11-02T08:15:00Z',
    msp: { name: 'Tiderock IT', colour: '#0b5a5e', hasLogo: false },
    client: { id: '01993c4e-0000-7000-8000-0000000000c1', name: clientName, timeZone: 'America/New_York' },
    verifyUrl: 'https://holdfast.example/verify',
  };
}

export function recordFacts(changed: Partial<RestoreRecord> = {}): RestoreRecord {
  const { client } = headFacts();
  return {
    recordId: '01993c4e-0000-7000-8000-000000000164',
    version: 1,
    client,
    policy: { versionId: '01993c4e-0000-7000-8000-0000000000b6', name: 'Clinical', version: 6 },
    cadenceDays: 92,
    dueAt: Date.UTC(2026, 9, 22, 12),
    isOnTime: true,
    system: {
      id: '01993c4e-0000-7000-8000-000000000051',
      name: 'Patient records database',
      owner: 'Clinic',
      criticality: 'critical',
      dataClass: 'ePHI',
    },
    copy: {
      repositoryId: '01993c4e-0000-7000-8000-0000000000e1',
      repository: 'Object storage, Concord',
      location: 'Concord',
      media: 'object-storage',
      isOffsite: true,
      product: 'pgBackRest',
      productVersion: '2.55.1',
      job: 'ehr-main',
      pointId: null,
      point: '20261018-010004F_20261021-010003D',
      takenAt: Date.UTC(2026, 9, 21, 6, 3, 41),
      isEncrypted: true,
      immutableUntil: Date.UTC(2026, 10, 4, 12),
    },
    selection: { how: 'scheduled', population: null, seed: null, rule: 'newest point at start' },
    method: 'pgBackRest restore, started and queried',
    level: 'L4',
    scope: 'The whole database',
    target: { environment: 'rt-lab02', isIsolated: true },
    startedAt: Date.UTC(2026, 9, 21, 6, 10),
    endedAt: Date.UTC(2026, 9, 21, 8, 2),
    timeZone: 'America/New_York',
    phases: [
      { name: 'Restore', seconds: 4900 },
      { name: 'Log replay', seconds: 680 },
      { name: 'Start', seconds: 240 },
    ],
    recovery: {
      seconds: 5820,
      targetSeconds: 14_400,
      basis: 'measured',
      forecastSeconds: null,
      bytesRestored: 412 * 2 ** 30,
    },
    dataAge: { seconds: 379, targetSeconds: 900 },
    checks: [
      { criterion: 'Tables present', isMet: true, seen: '214 of 214' },
      { criterion: 'Rows in all tables', isMet: true, seen: '48,216,903' },
      { criterion: 'SHA-256 of each table equal', isMet: true, seen: '213 and one empty' },
      { criterion: 'Index check errors', isMet: true, seen: 'none' },
    ],
    files: null,
    manifest: null,
    result: 'passed',
    anomalies: [],
    performer: {
      kind: 'agent',
      id: '01993c4e-0000-7000-8000-0000000000a1',
      name: 'rt-lab02',
      version: '1.8.2',
    },
    attachments: [],
    failure: null,
    malwareScan: null,
    exceptions: [],
    lessons: null,
    provenance: {
      createdAt: Date.UTC(2026, 9, 21, 8, 3),
      rawReportId: null,
      rawReportSha256: 'ab'.repeat(32),
    },
    keepUntil: Date.UTC(2032, 9, 21, 8, 3),
    keepBecause: '6 years: HIPAA, 45 CFR 164.316(b)(2)(i), for everybody',
    isOnLegalHold: false,
    ...changed,
  };
}

export function certificateFacts(
  changed: Partial<RestoreRecord> = {},
  clientName?: string,
): CertificateFacts {
  return {
    ...headFacts(clientName),
    kind: 'restore-certificate',
    format: 1,
    record: recordFacts(changed),
    recordSha256: '91def97f6b6b2dd93fe7d35ab8b5103441e620781a193e0870497edaf5e3c266',
    amendments: [
      {
        kind: 'review',
        decision: 'accepted',
        by: { id: '01993c4e-0000-7000-8000-0000000000f1', name: 'Marisol Vance' },
        at: Date.UTC(2026, 9, 21, 13, 26),
        comment: 'As agreed.',
      },
    ],
    keep: {
      until: Date.UTC(2032, 9, 21, 8, 3),
      because: '6 years: HIPAA, 45 CFR 164.316(b)(2)(i), for everybody',
      isHeld: false,
    },
  };
}

const NAMES = [
  'Patient records database',
  'Patient records application',
  'X-ray and MRI archive',
  'Shared documents',
  'Dover sign-in server',
  'Mailboxes',
  'Billing',
];

function systemFacts(count: number): SystemFacts[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `01993c4e-0000-7000-8000-${String(index).padStart(12, '0')}`,
    name: NAMES[index] ?? `Imaging workstation ${index}`,
    days: Array.from({ length: 31 }, (__, day) => dayOf(index, day)),
    statusAtStart: 'compliant' as const,
    statusAtEnd: statusOf(index),
    lastTest:
      index === 6
        ? null
        : {
            recordId: `r${index}`,
            level: index === 1 ? 'L5' : 'L4',
            result: index === 2 ? 'partial' : 'passed',
            at: FROM + (20 - index) * DAY,
          },
    recovery: recoveryOf(index),
  }));
}

function recoveryOf(index: number): SystemFacts['recovery'] {
  if (index < 2) return { seconds: 11_880 - index * 5000, targetSeconds: 14_400, basis: 'measured' };
  return index === 3 ? { seconds: 20_400, targetSeconds: 28_800, basis: 'extrapolated' } : null;
}

function statusOf(index: number): SystemFacts['statusAtEnd'] {
  if (index === 2) return 'non-compliant';
  return index === 6 ? 'at-risk' : 'compliant';
}

function dayOf(index: number, day: number): DayMark {
  if (index === 2 && day > 20 && day < 27) return 'warning';
  if (index === 3 && day === 13) return 'failed';
  if (index === 4 && day === 9) return 'missed';
  if (index === 5 && day === 4) return 'no-data';
  if (index === 6 && day === 0) return 'not-scheduled';
  return 'success';
}

function testFacts(): TestFacts[] {
  return [0, 1, 2, 3].map((index) => ({
    recordId: `01993c4e-0000-7000-8000-00000000r${index}00`,
    systemName: NAMES[index] ?? '',
    repository: 'Object storage, Concord',
    level: index === 3 ? 'L1' : 'L4',
    result: index === 2 ? 'partial' : 'passed',
    review: 'accepted',
    method: 'restore and compare',
    performer: 'rt-lab02',
    at: FROM + (20 - index) * DAY,
    isOnTime: true,
    recoverySeconds: 5820 - index * 60,
    sha256: `${index}`.repeat(64),
  }));
}

function findingFacts(): FindingFacts[] {
  const finding = {
    rule: 'restore-test-failed' as const,
    title: 'Restore test failed',
    says: 'the restore test of 27 October brought back 118 of 120 studies',
    cure: 'Make the copy from a frozen image and test again.',
    severity: 'critical' as const,
    systemName: 'X-ray and MRI archive',
    causeKey: 'job:xray',
    openedAt: FROM + 26 * DAY,
    closedAt: null,
    assignedTo: 'Priya Okafor',
  };
  return [
    { findingId: 'f1', ...finding },
    {
      findingId: 'f2',
      ...finding,
      rule: 'run-missed',
      title: 'Run missed',
      says: 'the run of 10 October did not come',
      severity: 'warning',
      systemName: 'Dover sign-in server',
      causeKey: 'job:dover',
      openedAt: FROM + 9 * DAY,
      closedAt: FROM + 10 * DAY,
    },
  ];
}

function periodFacts(systems: number, clientName?: string): PeriodFacts {
  const { firstOn, lastOn } = daysOfMonth('2026-10');
  const isEmpty = systems === 0;
  return {
    ...headFacts(clientName),
    period: { firstOn, lastOn, from: FROM + 4 * HOUR, to: Date.UTC(2026, 10, 1, 4), isOver: true },
    systems: systemFacts(systems),
    runs: isEmpty
      ? {
          total: 0,
          success: 0,
          warning: 0,
          failed: 0,
          other: 0,
          due: null,
          missed: 0,
          excused: 0,
          unknown: 0,
        }
      : {
          total: 437,
          success: 424,
          warning: 6,
          failed: 5,
          other: 2,
          due: 432,
          missed: 3,
          excused: 1,
          unknown: 4,
        },
    tests: isEmpty ? [] : testFacts(),
    findings: isEmpty ? [] : findingFacts(),
    waivers: isEmpty
      ? []
      : [
          {
            waiverId: 'w1',
            rule: 'immutable-missing',
            subjectName: 'Rochester file store',
            reason: 'The drive is replaced in January.',
            approverName: 'Dana Whitlock',
            createdAt: FROM + 3 * DAY,
            createdByName: 'Tobias Renn',
            validUntil: FROM + 90 * DAY,
            withdrawnAt: null,
          },
        ],
  };
}

export function executiveFacts(systems = 7, clientName?: string): ExecutiveFacts {
  return { ...periodFacts(systems, clientName), kind: 'executive-report', format: 1 };
}

/** A pack with so many runs in its population. */
export function packFacts(runs = 60, clientName?: string): PackFacts {
  const population = Array.from({ length: runs }, (_, index) => runFacts(index));
  const isEmpty = runs === 0;
  return {
    ...periodFacts(isEmpty ? 0 : 7, clientName),
    kind: 'evidence-pack',
    format: 1,
    framework: 'HIPAA',
    population,
    populationSha256: 'cd'.repeat(32),
    sample: { seed: 'auditor-7', size: 25, runIds: population.slice(0, 25).map(({ runId }) => runId) },
    verifications: isEmpty
      ? []
      : [
          {
            verificationId: 'v1',
            repositoryName: 'Object storage, Concord',
            depth: 'data-subset',
            result: 'ok',
            coveragePercent: 12,
            endedAt: FROM + 5 * DAY,
            errors: 0,
          },
        ],
    attestations: isEmpty
      ? []
      : [
          {
            declarationId: 'd1',
            attribute: 'access',
            subjectName: 'Object storage, Concord',
            reason: 'MFA and separate credentials were looked at.',
            declaredByName: 'Tobias Renn',
            declaredAt: FROM + DAY,
            validUntil: FROM + 180 * DAY,
            withdrawnAt: null,
          },
        ],
    policy: isEmpty
      ? null
      : { name: 'Clinical', version: 6, rpoSeconds: 93_600, restoreTestCadenceDays: 92, rtoSeconds: 14_400 },
  };
}

function runFacts(index: number): RunFact {
  const number = String(index).padStart(12, '0');
  return {
    runId: `01993c4e-1000-7000-8000-${number}`,
    systemName: NAMES[index % NAMES.length] ?? '',
    jobName: `nightly-${index % 4}`,
    at: FROM + 4 * HOUR + index * 60_000,
    status: index % 97 === 5 ? 'failed' : 'success',
    isPartial: false,
    durationSeconds: 60 + index,
    sourceBytes: 1024 * (index + 1),
    rawReportId: `01993c4e-2000-7000-8000-${number}`,
    reportSha256: `${index.toString(16).padStart(10, '0')}${'0'.repeat(54)}`,
  };
}
