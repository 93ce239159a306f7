import * as fc from 'fast-check';
import type { Keep } from '../retention/keep';
import { NOTHING_PROMISED } from '../retention/retention-policy';
import { DAY, HOUR, MINUTE } from '../time/instant';
import type {
  Attribute,
  JobPlan,
  KeptFacts,
  MediaClass,
  Place,
  PointFacts,
  ProtectionFacts,
  RepositoryFacts,
  RunFacts,
} from './facts';
import {
  check,
  cloud,
  nas,
  said,
  FRANKFURT,
  HOME,
  LEEDS,
  NOW,
  ORIGIN,
  point,
  repository,
  restoreTest,
  run,
} from './facts.fixture';
import { DEFAULT_POLICY, RULE_321, RULE_32110, RULE_SAAS, type ProtectionPolicy } from './policy';

const KEEP_NOTHING_SAID: Keep = {
  last: null,
  hourly: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  withinDays: null,
};

/** Instants close enough that boundaries often meet. */
const past = fc.integer({ min: 0, max: 60 }).map((quarters) => NOW - quarters * 30 * MINUTE);
const soon = fc.integer({ min: -40, max: 80 }).map((quarters) => NOW + quarters * 30 * MINUTE);

function attribute<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Attribute<T>> {
  const plain = fc.record({
    value,
    source: fc.constantFrom('tool-reported', 'probed', 'inferred', 'declared'),
    origin: fc.constant(ORIGIN),
    until: fc.constant(null),
    otherwise: fc.constant(null),
  }) satisfies fc.Arbitrary<Attribute<T>>;
  const expiring = fc
    .tuple(value, soon, fc.option(plain))
    .map(([declaredValue, until, otherwise]): Attribute<T> => ({
      value: declaredValue,
      source: 'declared',
      origin: ORIGIN,
      until,
      otherwise,
    }));
  return fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: expiring });
}

const media = fc.constantFrom<MediaClass>('disk', 'nas', 'removable', 'object-storage');
const place = fc.constantFrom<Place>(LEEDS, FRANKFURT, HOME);

const anyPoint: fc.Arbitrary<PointFacts> = fc
  .record({
    takenAt: fc.oneof({ weight: 5, arbitrary: past }, { weight: 1, arbitrary: soon }),
    outcome: fc.constantFrom(
      'success',
      'success',
      'success',
      'success',
      'warning',
      'failed',
      'not-seen',
      'claimed',
    ),
    state: fc.constantFrom('complete', 'complete', 'complete', 'complete', 'complete', 'partial', 'unknown'),
    isListed: fc.integer({ min: 0, max: 12 }).map((dice) => dice > 0),
    immutableUntil: fc.option(soon.map((at) => at + 14 * DAY)),
    sources: fc.constantFrom(['/srv', '/home'], ['/srv', '/home'], ['/srv', '/home'], ['/srv'], []),
    restoreTests: fc.array(
      fc
        .record({ endedAt: past, result: fc.constantFrom('passed', 'passed', 'passed', 'failed', 'error') })
        .map(({ endedAt, result }) => restoreTest(endedAt, result)),
      { maxLength: 1 },
    ),
  })
  .map(({ takenAt, ...changed }) => point(takenAt, changed as Partial<PointFacts>));

const repositories = fc.record({
  points: fc.uniqueArray(anyPoint, { maxLength: 4, selector: (one) => one.id }),
  media: fc.option(attribute(media), { freq: 6 }),
  site: fc.option(attribute(place), { freq: 6 }),
  failureDomain: attribute(fc.constantFrom('host:fs-01', 'a', 'b', 'c', 'd', 'e', 'f')),
  isDeduplicating: fc.boolean(),
  isEncrypted: fc.option(attribute(fc.boolean()), { freq: 6 }),
  immutability: fc.option(
    attribute(
      fc.record({
        kind: fc.constantFrom(
          'object_lock_compliance',
          'object_lock_governance',
          'append_only',
          'offline',
          'none',
          'worm',
        ),
        until: fc.option(soon.map((at) => at + 14 * DAY)),
        areLocksExtended: fc.boolean(),
      }),
    ),
  ),
  takenOut: fc.option(
    fc.record({
      takenOutAt: soon,
      broughtBackAt: fc.option(soon),
      place: fc.option(place),
      origin: fc.constant(ORIGIN),
    }),
    { freq: 1 },
  ),
  lastAttempt: fc.record({
    at: past,
    problem: fc.constantFrom(null, null, null, null, null, null, 'network', 'wrong_password'),
    origin: fc.constant(ORIGIN),
  }),
  verifications: fc.array(
    fc
      .tuple(
        past,
        fc.constantFrom('ok', 'ok', 'ok', 'ok', 'problems', 'error'),
        fc.constantFrom('structure', 'data-subset', 'data'),
      )
      .map(([at, result, depth]) => check(at, result, depth)),
    { maxLength: 3 },
  ),
  capacity: fc.option(
    fc
      .record({ at: past, freeShare: fc.constantFrom(1, 5, 50), fullAt: soon.map((at) => at + 30 * DAY) })
      .map(({ at, freeShare, fullAt }): RepositoryFacts['capacity'] => ({
        at: at - 13 * DAY,
        freeBytes: freeShare,
        totalBytes: 100,
        forecast: { kind: 'full', fullAt, earliestAt: fullAt, latestAt: null, bytesPerDay: 1, count: 9 },
        origin: ORIGIN,
      })),
    { freq: 1 },
  ),
  toolRetention: fc.option(
    fc.constantFrom({ daily: 1 }, { daily: 7 }, { last: 1, withinDays: 1 }).map((keep) => ({
      rules: [{ ...KEEP_NOTHING_SAID, ...keep }],
      former: null,
      timeZone: 'Europe/London',
      arePointsWhole: true,
    })),
    { freq: 1 },
  ),
  retentionRefused: fc.option(
    past.map((at) => ({ at: at - 7 * DAY, message: 'it could not', origin: ORIGIN })),
    { freq: 1 },
  ),
});

/** A second channel. */
const anyAgent = fc.record({
  lastHeardAt: past,
  agent: fc.record({
    isRevoked: fc.boolean(),
    clockSkewMs: fc.constantFrom(0, 301_000),
    outages: fc.array(
      past.map((from) => ({ from, until: from + 3 * HOUR })),
      { maxLength: 1 },
    ),
    missingReports: fc.array(
      past.map((at) => ({ from: 3, to: 4, noticedAt: at - 6 * DAY })),
      { maxLength: 1 },
    ),
    untrustedTool: fc.option(
      past.map((at) => ({ at: at - DAY, message: 'it hides errors', origin: ORIGIN })),
      { freq: 1 },
    ),
  }),
});

/** Runs and points of some weeks, many of them of the same night. */
const nightsBack = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 7, 13))
    .map(([days, hours]) => NOW - days * DAY - hours * HOUR),
  { maxLength: 6 },
);

const anyKept: fc.Arbitrary<KeptFacts> = fc.record({
  since: fc.constantFrom(NOW - 400 * DAY, NOW - 20 * DAY),
  timeZone: fc.constantFrom('Europe/London', 'America/New_York'),
  succeeded: nightsBack,
  warned: nightsBack,
  points: fc.array(
    fc.record({
      repositoryId: fc.constantFrom('r0', 'nas'),
      state: fc.constantFrom('complete', 'complete', 'partial'),
      outcome: fc.constantFrom('success', 'success', 'warning'),
      capture: fc.constant(null),
      sources: fc.constantFrom(['/srv', '/home'], ['/srv', '/home'], ['/srv']),
      isTestFailed: fc.integer({ min: 0, max: 8 }).map((dice) => dice === 0),
      takenAt: nightsBack,
    }),
    { maxLength: 3 },
  ),
});

/** Two good copies, so that passing verdicts are met often. */
function solid(takenAt: number): RepositoryFacts[] {
  const points = [point(takenAt, { sources: ['/srv', '/home'], restoreTests: [restoreTest(NOW - HOUR)] })];
  const verifications = [check(NOW - HOUR)];
  return [nas({ points, verifications }), cloud({ points, verifications })];
}

/** A schedule whose due times and deadlines lie among the other boundaries, and runs that meet some of them. */
const anyPlan: fc.Arbitrary<JobPlan> = fc.record({
  expectation: fc.record({
    schedule: fc.constantFrom<JobPlan['expectation']['schedule']>(
      { kind: 'cron', expression: '0 21 * * *' },
      { kind: 'cron', expression: '15 */6 * * *' },
      { kind: 'interval', seconds: 14_400, anchor: '2026-01-01T00:30' },
    ),
    timeZone: fc.constantFrom('Europe/London', 'America/New_York'),
    latenessSeconds: fc.constantFrom(600, 3600, 7200),
    greatestDurationSeconds: fc.constantFrom(1800, 28_800),
    since: fc.constantFrom(NOW - 30 * HOUR, NOW - 5 * HOUR),
    outages: fc.array(
      past.map((from) => ({ from, until: from + 20 * MINUTE })),
      { maxLength: 2 },
    ),
    absences: fc.constant([]),
    offlineToleranceSeconds: fc.constant(null),
    maintenance: fc.constantFrom<JobPlan['expectation']['maintenance']>(
      [],
      [{ kind: 'once', name: 'new disks', from: NOW - 8 * HOUR, until: NOW + 3 * HOUR }],
    ),
    contact: fc.oneof(
      fc.constant<JobPlan['expectation']['contact']>({ kind: 'runs-only' }),
      fc
        .option(past)
        .map((lastHeardAt): JobPlan['expectation']['contact'] => ({ kind: 'agent', lastHeardAt })),
    ),
  }),
  runs: fc
    .uniqueArray(past, { maxLength: 5 })
    .chain((starts) =>
      fc.tuple(
        ...starts.map((at) =>
          fc
            .constantFrom<RunFacts['status']>('success', 'failed', 'running')
            .map((status) => ({ id: `planned-${at}`, status, at })),
        ),
      ),
    ),
});

/** Facts of one data set, wide enough to meet every rule. */
export const anyFacts: fc.Arbitrary<ProtectionFacts> = fc
  .record({
    isSolid: fc.boolean(),
    newest: past,
    repositories: fc.array(repositories, { maxLength: 5 }),
    site: fc.option(attribute(place), { freq: 6 }),
    lastSeenAt: fc.option(past),
    heardAt: fc.option(past, { freq: 12 }),
    agent: fc.option(anyAgent, { freq: 1 }),
    runs: fc.array(
      fc.tuple(past, fc.constantFrom('success', 'success', 'success', 'warning', 'failed', 'running')),
      {
        maxLength: 3,
      },
    ),
    plan: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyPlan }),
    waivers: fc.array(
      fc.record({
        rule: fc.constantFrom('offsite-missing', 'copies-missing', 'run-failed'),
        subjectId: fc.constantFrom('files', 'job'),
        until: fc.option(soon),
      }),
      { maxLength: 2 },
    ),
    kept: fc.option(anyKept, { freq: 1 }),
  })
  .map(
    ({
      isSolid,
      newest,
      repositories: changes,
      site,
      lastSeenAt,
      heardAt,
      agent,
      plan,
      runs,
      waivers,
      kept,
    }) => ({
      system: {
        id: 'system',
        name: 'FS-01',
        kind: 'server',
        site: isSolid ? said(LEEDS) : site,
        failureDomain: 'host:fs-01',
        media: null,
        lastSeenAt,
      },
      dataSet: { id: 'files', name: 'Files', capture: 'files', sources: ['/srv', '/home'], otherNames: [] },
      repositories: isSolid
        ? [...solid(newest), ...changes.slice(0, 1).map((changed) => repository('r0', changed))]
        : changes.map((changed, index) => repository(`r${index}`, changed)),
      jobs: [
        {
          id: 'job',
          name: 'job',
          repositoryId: 'r0',
          runs: runs.map(([at, status], index) => ({ ...run(at, status), id: `${index}` })),
          sizes: [],
          plan,
        },
      ],
      channels: [
        { id: 'agent', name: 'agent', lastHeardAt: heardAt },
        ...(agent === null ? [] : [{ id: 'other', name: 'other', ...agent }]),
      ],
      waivers,
      kept,
    }),
  );

/** Policies from lax to strict, with durations near the ages of the facts. */
export const anyPolicy: fc.Arbitrary<ProtectionPolicy> = fc
  .record({
    rule: fc.constantFrom(
      RULE_321,
      RULE_32110,
      RULE_SAAS,
      { ...RULE_321, copies: 2, offsite: null },
      { copies: 2, media: null, locations: 2, offsite: null, immutable: null, errors: null },
    ),
    mediaAmong: fc.constantFrom('all', 'backups'),
    rpoSeconds: fc.constantFrom(26 * 3600, 12 * 3600, 40 * 3600),
    offsiteRpoSeconds: fc.option(fc.constantFrom(12 * 3600, 40 * 3600)),
    offsiteDistanceKmMin: fc.option(fc.constant(100)),
    acceptsAppendOnly: fc.boolean(),
    acceptsWarnings: fc.boolean(),
    acceptsOutcomeNotSeen: fc.boolean(),
    acceptsClaims: fc.boolean(),
    requiresEncryption: fc.boolean(),
    verificationCadenceSeconds: fc.constantFrom(86_400, 7 * 86_400),
    restoreTestCadenceSeconds: fc.constantFrom(86_400, 90 * 86_400),
    retention: fc.option(
      fc.constantFrom(
        { ...NOTHING_PROMISED, daily: 14, weekly: 4 },
        { ...NOTHING_PROMISED, last: 3, hourly: 30, ageDaysMax: 35 },
        { ...NOTHING_PROMISED, monthly: 2, ageDaysMin: 10 },
      ),
    ),
    silenceSeconds: fc.constantFrom(26 * 3600, 40 * 3600),
    offlineToleranceSeconds: fc.option(fc.constantFrom((20 * HOUR) / 1000, (60 * HOUR) / 1000), { freq: 1 }),
  })
  .map((changed) => ({ ...DEFAULT_POLICY, ...changed }));
