import type { Instant } from '../time/instant';
import { isDeclarationExpired } from './attribute';
import { digitsOf } from './digits';
import type { Attribute, JobFacts, RepositoryFacts, RestoreTestFacts, RunFacts } from './facts';
import {
  failedAttempt,
  isConclusive,
  missingSources,
  type Prepared,
  type PreparedRepository,
} from './prepared';
import { MISSED_REPEATEDLY, scheduleGaps } from './schedule-gaps';
import { ageInstant } from './standing';
import type { State } from './state';
import { DIGITS, type DigitName, type FindingRule, type OpenFinding } from './verdict';

type Gap = Omit<OpenFinding, 'isWaived'>;

/** The findings that hold at an instant, in a fixed order. Waivers label them and take nothing away. */
export function findingsAt(state: State, prepared: Prepared): OpenFinding[] {
  if (prepared.lastHeardAt === null) return [];
  const gaps: Gap[] = [
    ...digitGaps(state, prepared),
    ...rpoGap(state, prepared),
    ...sharedDomainGaps(state),
    ...prepared.facts.jobs.flatMap((job) => runGaps(job, prepared)).toSorted(bySubject),
    ...prepared.facts.jobs.flatMap((job) => planGaps(job, prepared, state.at)).toSorted(bySubject),
    ...sourceGap(prepared),
    ...prepared.repositories.flatMap((repository) => repositoryGaps(repository)),
    ...expiryGaps(prepared, state.at),
  ];
  return gaps.map((gap) => ({ ...gap, isWaived: isWaivedAt(gap, prepared, state.at) }));
}

/** Whether a waiver covers the finding at an instant. */
export function isWaivedAt(
  finding: Pick<OpenFinding, 'rule' | 'subject'>,
  prepared: Prepared,
  at: Instant,
): boolean {
  return prepared.facts.waivers.some(
    (waiver) =>
      waiver.rule === finding.rule &&
      waiver.subjectId === finding.subject.id &&
      (waiver.until === null || at < waiver.until),
  );
}

function bySubject(a: Gap, b: Gap): number {
  return a.subject.id < b.subject.id ? -1 : 1;
}

function dataSetSubject(prepared: Prepared): OpenFinding['subject'] {
  return { kind: 'data-set', id: prepared.facts.dataSet.id, name: prepared.facts.dataSet.name };
}

function repositorySubject(repository: RepositoryFacts): OpenFinding['subject'] {
  return { kind: 'repository', id: repository.id, name: repository.name };
}

/** One cause, one group: a repository that cannot be read explains what its jobs and data sets lack. */
function causeOf(prepared: Prepared, otherwise: string): string {
  const broken = prepared.repositories.find((repository) => failedAttempt(repository.facts) !== null);
  if (broken !== undefined) return `repository:${broken.facts.id}`;
  const failing = prepared.facts.jobs
    .filter((job) => newestEnded(job)[0]?.status === 'failed')
    .map((job) => job.id)
    .toSorted()[0];
  return failing === undefined ? otherwise : `job:${failing}`;
}

function digitRule(digit: DigitName): FindingRule {
  return digit === 'errors' ? 'errors-present' : `${digit}-missing`;
}

function digitGaps(state: State, prepared: Prepared): Gap[] {
  if (state.count.failing === 0) return [];
  const digits = digitsOf(state.count, prepared);
  const causeKey = causeOf(prepared, `data-set:${prepared.facts.dataSet.id}`);
  const since = shortSince(state, prepared);
  return DIGITS.filter((name) => !digits[name].isPassed).map((name) => ({
    rule: digitRule(name),
    severity: 'critical',
    subject: dataSetSubject(prepared),
    causeKey,
    since,
    detail: { kind: 'digit', digit: name, required: digits[name].required ?? 0, actual: digits[name].actual },
    origin: null,
  }));
}

/** The newest instant at which a repository stopped counting; else when the data set was first seen. */
function shortSince(state: State, prepared: Prepared): Instant {
  let lost: Instant | null = null;
  for (const standing of state.standings) {
    if (standing.point !== null || standing.shown === null) continue;
    const { openProblem, facts } = standing.prepared;
    const staleAt = standing.shown.takenAt + standing.rpoMs;
    for (const at of [staleAt, openProblem?.endedAt, failedAttempt(facts)?.at]) {
      if (at !== undefined && at <= state.at && (lost === null || at > lost)) lost = at;
    }
  }
  return lost ?? firstSeenAt(prepared) ?? Math.min(prepared.lastHeardAt ?? state.at, state.at);
}

function firstSeenAt(prepared: Prepared): Instant | null {
  const takenAt = prepared.repositories.flatMap(({ facts }) => facts.points.map((point) => point.takenAt));
  return takenAt.length === 0 ? null : Math.min(...takenAt);
}

/** Points in the system's own failure domain are no copies, but they can be restored. */
function rpoGap(state: State, prepared: Prepared): Gap[] {
  if (state.standings.some((standing) => standing.point !== null)) return [];
  const { rpoSeconds } = prepared.policy;
  const newest = prepared.repositories.reduce<number | null>((latest, { newest: point }) => {
    if (point === null) return latest;
    return latest === null ? point.takenAt : Math.max(latest, point.takenAt);
  }, null);
  const dueAt = newest === null ? null : newest + rpoSeconds * 1000;
  return [
    {
      rule: 'rpo-exceeded',
      severity: 'critical',
      subject: dataSetSubject(prepared),
      causeKey: causeOf(prepared, `data-set:${prepared.facts.dataSet.id}`),
      since: dueAt === null || dueAt > ageInstant(prepared, state.at) ? shortSince(state, prepared) : dueAt,
      detail: { kind: 'age', newestTakenAt: newest, rpoSeconds },
      origin: prepared.repositories.find((one) => one.newest?.takenAt === newest)?.newest?.origin ?? null,
    },
  ];
}

function sharedDomainGaps(state: State): Gap[] {
  const gaps: Gap[] = [];
  const usable = state.standings.filter((standing) => standing.point !== null);
  for (const standing of usable) {
    const sharing = usable.filter((other) => other.failureDomain === standing.failureDomain);
    if (sharing[0] !== standing || (sharing.length < 2 && !standing.isOwnDomain)) continue;
    const { facts } = standing.prepared;
    gaps.push({
      rule: 'same-failure-domain',
      severity: 'warning',
      subject: repositorySubject(facts),
      causeKey: `repository:${facts.id}`,
      since: Math.min(
        ...sharing.flatMap((other) => other.prepared.facts.points.map((point) => point.takenAt)),
        state.at,
      ),
      detail: {
        kind: 'failure-domain',
        failureDomain: standing.failureDomain,
        repositoryIds: sharing.map((other) => other.prepared.facts.id),
      },
      origin: facts.failureDomain.origin,
    });
  }
  return gaps;
}

function newestEnded(job: JobFacts): RunFacts[] {
  return job.runs
    .filter((run) => run.status === 'success' || run.status === 'warning' || run.status === 'failed')
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
}

function runGaps(job: JobFacts, prepared: Prepared): Gap[] {
  const runs = newestEnded(job);
  const last = runs[0];
  if (last === undefined) return [];
  const firstGood = runs.findIndex((run) => run.status !== 'failed');
  const failed = firstGood === -1 ? runs.length : firstGood;
  const isIncomplete = last.isPartial || (last.status === 'warning' && !prepared.policy.acceptsWarnings);
  if (failed === 0 && !isIncomplete) return [];
  const repeated = failed >= 3;
  const failedRule: FindingRule = repeated ? 'run-failed-repeatedly' : 'run-failed';
  return [
    {
      rule: failed > 0 ? failedRule : 'run-incomplete',
      severity: repeated ? 'critical' : 'warning',
      subject: { kind: 'job', id: job.id, name: job.name },
      causeKey: runCause(job, prepared),
      since: runs[Math.max(failed, 1) - 1]?.at ?? last.at,
      detail: {
        kind: 'run',
        status: last.status,
        message: last.message,
        count: Math.max(failed, 1),
        at: last.at,
      },
      origin: last.origin,
    },
  ];
}

/** What was due and did not begin, and what began and does not end. */
function planGaps(job: JobFacts, prepared: Prepared, at: Instant): Gap[] {
  const { missed, stalled } = scheduleGaps(job, at);
  const base = {
    subject: { kind: 'job', id: job.id, name: job.name },
    causeKey: runCause(job, prepared),
    origin: null,
  } as const;
  const gaps: Gap[] = [];
  if (missed !== null) {
    const { since, ...detail } = missed;
    const severity = missed.count >= MISSED_REPEATEDLY ? 'critical' : 'warning';
    gaps.push({ ...base, rule: 'run-missed', severity, since, detail: { kind: 'missed', ...detail } });
  }
  if (stalled !== null) {
    const { startedAt, stalledAt } = stalled;
    const detail = { kind: 'stalled', startedAt } as const;
    gaps.push({ ...base, rule: 'run-stalled', severity: 'warning', since: stalledAt, detail });
  }
  return gaps;
}

function runCause(job: JobFacts, prepared: Prepared): string {
  const repository = prepared.repositories.find(({ facts }) => facts.id === job.repositoryId);
  const isBroken = repository !== undefined && failedAttempt(repository.facts) !== null;
  return isBroken ? `repository:${repository.facts.id}` : `job:${job.id}`;
}

function sourceGap(prepared: Prepared): Gap[] {
  const { dataSet } = prepared.facts;
  const shrunk = prepared.repositories.flatMap(({ newest }) => {
    const missing = newest === null ? [] : missingSources(newest, dataSet);
    return newest === null || missing.length === 0
      ? []
      : [{ missing, at: newest.takenAt, origin: newest.origin }];
  });
  for (const job of prepared.facts.jobs) {
    const last = newestEnded(job)[0];
    if (last === undefined || last.missingSources.length === 0) continue;
    shrunk.push({ missing: last.missingSources, at: last.at, origin: last.origin });
  }
  const first = shrunk.toSorted((a, b) => a.at - b.at)[0];
  if (first === undefined) return [];
  const missing = [...new Set(shrunk.flatMap((one) => one.missing))].toSorted();
  return [
    {
      rule: 'source-shrunk',
      severity: 'critical',
      subject: dataSetSubject(prepared),
      causeKey: `data-set:${prepared.facts.dataSet.id}`,
      since: first.at,
      detail: { kind: 'sources', missing, since: first.at },
      origin: first.origin,
    },
  ];
}

function repositoryGaps(repository: PreparedRepository): Gap[] {
  const { facts, openProblem } = repository;
  const base = { subject: repositorySubject(facts), causeKey: `repository:${facts.id}` };
  const gaps: Gap[] = [];
  if (openProblem !== null) {
    const { endedAt, depth, origin } = openProblem;
    const detail = { kind: 'verification', at: endedAt, depth } as const;
    gaps.push({ ...base, rule: 'verification-failed', severity: 'critical', since: endedAt, detail, origin });
  }
  const test = newestTest(facts);
  if (test?.result === 'failed') {
    const { endedAt, origin } = test;
    const detail = { kind: 'restore-test', at: endedAt } as const;
    gaps.push({ ...base, rule: 'restore-test-failed', severity: 'critical', since: endedAt, detail, origin });
  }
  const attempt = failedAttempt(facts);
  if (attempt !== null) {
    const isLost = attempt.problem === 'wrong_password' || attempt.problem === 'repository_missing';
    gaps.push({
      ...base,
      rule: 'repository-unreadable',
      severity: isLost ? 'critical' : 'warning',
      since: attempt.at,
      detail: { kind: 'unreadable', problem: attempt.problem, at: attempt.at },
      origin: attempt.origin,
    });
  }
  return [...gaps, ...vanishedGap(facts)];
}

function newestTest(repository: RepositoryFacts): RestoreTestFacts | null {
  let newest: RestoreTestFacts | null = null;
  for (const point of repository.points) {
    for (const test of point.restoreTests) {
      if (!isConclusive(test)) continue;
      const isNewer = newest === null || test.endedAt > newest.endedAt;
      if (isNewer || (test.endedAt === newest?.endedAt && test.result === 'failed')) newest = test;
    }
  }
  return newest;
}

/** No retention rule removes the newest points first. */
function vanishedGap(repository: RepositoryFacts): Gap[] {
  const listed = repository.points.filter((point) => point.isListed).map((point) => point.takenAt);
  const newestListed = Math.max(...listed, Number.NEGATIVE_INFINITY);
  const gone = repository.points
    .filter((point) => !point.isListed && point.takenAt > newestListed)
    .toSorted((a, b) => b.takenAt - a.takenAt);
  const newest = gone[0];
  if (newest === undefined) return [];
  const at = repository.lastListingAt ?? newest.takenAt;
  return [
    {
      rule: 'recovery-points-vanished',
      severity: 'critical',
      subject: repositorySubject(repository),
      causeKey: `repository:${repository.id}`,
      since: at,
      detail: { kind: 'points', count: gone.length, at },
      origin: newest.origin,
    },
  ];
}

function expiryGaps(prepared: Prepared, at: Instant): Gap[] {
  const { system } = prepared.facts;
  const dataSet = dataSetSubject(prepared);
  return [
    ...expiryGap(
      dataSet,
      `data-set:${dataSet.id}`,
      [
        ['system site', system.site],
        ['system media', system.media],
      ],
      at,
    ),
    ...prepared.repositories.flatMap(({ facts }) =>
      expiryGap(
        repositorySubject(facts),
        `repository:${facts.id}`,
        [
          ['site', facts.site],
          ['media', facts.media],
          ['failure domain', facts.failureDomain],
          ['encryption', facts.isEncrypted],
          ['immutability', facts.immutability],
        ],
        at,
      ),
    ),
  ];
}

function expiryGap(
  subject: OpenFinding['subject'],
  causeKey: string,
  attributes: readonly (readonly [string, Attribute<unknown> | null])[],
  at: Instant,
): Gap[] {
  const expired = attributes.flatMap(([name, attribute]) =>
    attribute?.until !== null && attribute !== null && isDeclarationExpired(attribute, at)
      ? [{ name, until: attribute.until, origin: attribute.origin }]
      : [],
  );
  const first = expired.toSorted((a, b) => a.until - b.until)[0];
  if (first === undefined) return [];
  return [
    {
      rule: 'declaration-expired',
      severity: 'warning',
      subject,
      causeKey,
      since: first.until,
      detail: {
        kind: 'declaration',
        attribute: expired.map((one) => one.name).join(', '),
        until: first.until,
      },
      origin: first.origin,
    },
  ];
}
