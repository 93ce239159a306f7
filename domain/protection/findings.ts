import { SECOND, type Instant } from '../time/instant';
import { agentGaps } from './agent-findings';
import { isDeclarationExpired } from './attribute';
import { digitsOf } from './digits';
import type { Attribute, RepositoryFacts, RestoreTestFacts } from './facts';
import { dataSetSubject, NO_GAPS, ofRepository, repositorySubject, type Gap } from './gap';
import {
  failedAttempt,
  isConclusive,
  missingSources,
  type Prepared,
  type PreparedJob,
  type PreparedRepository,
} from './prepared';
import { proofGaps } from './proof-findings';
import { retentionGaps } from './retention-findings';
import { MISSED_REPEATEDLY, scheduleGaps } from './schedule-gaps';
import { ageInstant } from './standing';
import type { State } from './state';
import { storageGaps } from './storage-findings';
import { runGoingOn } from './turns';
import { DIGITS, type DigitName, type OpenFinding } from './verdict';

/** The findings that hold at an instant, in a fixed order. Waivers label them and take nothing away. */
export function findingsAt(state: State, prepared: Prepared): OpenFinding[] {
  if (prepared.lastHeardAt === null) return [];
  const gaps: Gap[] = [
    ...digitGaps(state, prepared),
    ...rpoGap(state, prepared),
    ...sharedDomainGaps(state),
    ...jobGaps(state, prepared),
    ...plansGaps(state, prepared),
    ...sourceGap(prepared),
    ...prepared.repositories.flatMap((repository) => repositoryGaps(repository, prepared)),
    ...storageGaps(state, prepared),
    ...proofGaps(state, prepared),
    ...retentionGaps(prepared, state.at),
    ...agentGaps(state, prepared),
    ...expiryGaps(prepared, state.at),
  ];
  return gaps.map((gap) => {
    const { rule, severity, subject, since, detail, origin } = gap;
    const isWaived = isWaivedAt(gap, prepared, state.at);
    return { rule, severity, subject, causeKey: keyOfCause(gap), since, detail, isWaived, origin };
  });
}

/** Notes are causes of their own: what nobody promised must not keep a cause open, and acknowledged, whose gaps have closed. */
function keyOfCause({ severity, causeKey }: Gap): string {
  return severity === 'note' ? `note:${causeKey}` : causeKey;
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
  if (a.subject.id === b.subject.id) return a.rule < b.rule ? -1 : 1;
  return a.subject.id < b.subject.id ? -1 : 1;
}

/** One cause, one group: a repository that cannot be read explains what its jobs and data sets lack. */
function causeOf(prepared: Prepared, otherwise: string): string {
  const broken = prepared.repositories.find((repository) => failedAttempt(repository.facts) !== null);
  if (broken !== undefined) return `repository:${broken.facts.id}`;
  const failing = prepared.jobs
    .filter((job) => job.ended[0]?.status === 'failed')
    .map((job) => runCause(job, prepared))
    .toSorted(repositoriesFirst)[0];
  return failing ?? otherwise;
}

function repositoriesFirst(a: string, b: string): number {
  const [isA, isB] = [a, b].map((key) => key.startsWith('repository:'));
  if (isA !== isB) return isA ? -1 : 1;
  return a < b ? -1 : 1;
}

function digitRule(digit: DigitName): Gap['rule'] {
  return digit === 'errors' ? 'errors-present' : `${digit}-missing`;
}

/** Rules that say what is short because of something else that broke; where that is known, it tells more. */
export const CONSEQUENCE_RULES: readonly Gap['rule'][] = [...DIGITS.map(digitRule), 'rpo-exceeded'];

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

function jobGaps(state: State, prepared: Prepared): Gap[] {
  const gaps: Gap[] = [];
  for (const job of prepared.jobs) {
    const found = [runGap(job, prepared), stalledGap(job, prepared, state.at), anomalyGap(job, prepared)];
    for (const gap of found) if (gap !== null) gaps.push(gap);
  }
  return gaps.length < 2 ? gaps : gaps.toSorted(bySubject);
}

function stalledGap(of: PreparedJob, prepared: Prepared, at: Instant): Gap | null {
  const job = of.facts;
  // A schedule says it of its own jobs, outages of ours counted in.
  const run = job.plan === null ? runGoingOn(job) : null;
  const secondsMax = prepared.policy.greatestDurationSeconds;
  if (run === null || at < run.at + secondsMax * SECOND) return null;
  return {
    rule: 'run-stalled',
    severity: 'warning',
    subject: { kind: 'job', id: job.id, name: job.name },
    causeKey: runCause(of, prepared),
    since: run.at + secondsMax * SECOND,
    detail: { kind: 'stalled', startedAt: run.at, secondsMax },
    origin: run.origin,
  };
}

/** Sources that are lost are a finding of their own. */
function anomalyGap(of: PreparedJob, prepared: Prepared): Gap | null {
  const { facts: job, anomaly, loss } = of;
  if (anomaly === null || loss !== null) return null;
  const { measure, at, numbers } = anomaly;
  return {
    rule: 'size-anomaly',
    severity: 'warning',
    subject: { kind: 'job', id: job.id, name: job.name },
    causeKey: runCause(of, prepared),
    since: at,
    detail: { kind: 'anomaly', measure, at, numbers },
    origin: job.runs.find((run) => run.at === at)?.origin ?? null,
  };
}

function runGap(of: PreparedJob, prepared: Prepared): Gap | null {
  const { facts: job, ended: runs } = of;
  const last = runs[0];
  if (last === undefined) return null;
  const firstGood = runs.findIndex((run) => run.status !== 'failed');
  const failed = firstGood === -1 ? runs.length : firstGood;
  const isIncomplete = last.isPartial || (last.status === 'warning' && !prepared.policy.acceptsWarnings);
  if (failed === 0 && !isIncomplete) return null;
  const repeated = failed >= 3;
  const failedRule = repeated ? 'run-failed-repeatedly' : 'run-failed';
  return {
    rule: failed > 0 ? failedRule : 'run-incomplete',
    severity: repeated ? 'critical' : 'warning',
    subject: { kind: 'job', id: job.id, name: job.name },
    causeKey: runCause(of, prepared),
    since: runs[Math.max(failed, 1) - 1]?.at ?? last.at,
    detail: {
      kind: 'run',
      status: last.status,
      message: last.message,
      count: Math.max(failed, 1),
      at: last.at,
    },
    origin: last.origin,
  };
}

function plansGaps(state: State, prepared: Prepared): readonly Gap[] {
  const planned = prepared.jobs.filter((job) => job.facts.plan !== null);
  if (planned.length === 0) return NO_GAPS;
  return planned.flatMap((job) => planGaps(job, prepared, state.at)).toSorted(bySubject);
}

/** What was due and did not begin, and what began and does not end. */
function planGaps(of: PreparedJob, prepared: Prepared, at: Instant): Gap[] {
  const job = of.facts;
  const { missed, stalled } = scheduleGaps(job, at);
  const base = {
    subject: { kind: 'job', id: job.id, name: job.name },
    causeKey: runCause(of, prepared),
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
    const detail = { kind: 'stalled', startedAt, secondsMax: stalled.secondsMax } as const;
    gaps.push({ ...base, rule: 'run-stalled', severity: 'warning', since: stalledAt, detail });
  }
  return gaps;
}

/**
 * A job is explained by its repository while that cannot be read, and as long as its last run is one that failed because it could not:
 * when a repository is back, the jobs of its other machines have not run again yet.
 */
function runCause({ facts: job, ended }: PreparedJob, prepared: Prepared): string {
  const repository = prepared.repositories.find(({ facts }) => facts.id === job.repositoryId);
  if (repository === undefined) return `job:${job.id}`;
  const [last] = ended;
  const isExplained = last?.status === 'failed' && last.isRepositoryUnread;
  const isBroken = failedAttempt(repository.facts) !== null;
  return isBroken || isExplained ? `repository:${repository.facts.id}` : `job:${job.id}`;
}

function sourceGap(prepared: Prepared): Gap[] {
  const { dataSet } = prepared.facts;
  const shrunk = prepared.repositories.flatMap(({ newest }) => {
    const missing = newest === null ? [] : missingSources(newest, dataSet);
    return newest === null || missing.length === 0
      ? []
      : [{ missing, at: newest.takenAt, origin: newest.origin }];
  });
  for (const { ended } of prepared.jobs) {
    const last = ended[0];
    if (last === undefined || last.missingSources.length === 0) continue;
    shrunk.push({ missing: last.missingSources, at: last.at, origin: last.origin });
  }
  const first = shrunk.toSorted((a, b) => a.at - b.at)[0];
  if (first === undefined) return lossGap(prepared);
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

/** The sources are still named, but there is next to nothing in them. */
function lossGap(prepared: Prepared): Gap[] {
  const lost = prepared.jobs
    .flatMap(({ facts, loss }) => (loss === null ? [] : [{ facts, loss }]))
    .toSorted((a, b) => a.loss.at - b.loss.at || (a.facts.id < b.facts.id ? -1 : 1));
  const first = lost[0];
  if (first === undefined) return [];
  const { measure, value, median, at } = first.loss;
  return [
    {
      rule: 'source-shrunk',
      severity: 'critical',
      subject: dataSetSubject(prepared),
      causeKey: `data-set:${prepared.facts.dataSet.id}`,
      since: at,
      detail: { kind: 'source-loss', measure, value, median, at },
      origin: first.facts.runs.find((run) => run.at === at)?.origin ?? null,
    },
  ];
}

function repositoryGaps(repository: PreparedRepository, { ruled }: Prepared): Gap[] {
  const { facts, openProblem } = repository;
  const base = ofRepository(facts);
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
  const goneOutside = ruled.find((one) => one.repository === repository)?.goneOutside ?? [];
  return [...gaps, ...vanishedGap(facts, goneOutside)];
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

/** No retention rule removes the newest points first, nor what it keeps. */
function vanishedGap(repository: RepositoryFacts, goneOutside: readonly Instant[]): Gap[] {
  if (repository.points.every((point) => point.isListed)) return [];
  const listed = repository.points.filter((point) => point.isListed).map((point) => point.takenAt);
  const newestListed = Math.max(...listed, Number.NEGATIVE_INFINITY);
  const gone = repository.points
    .filter(
      (point) =>
        !point.isListed &&
        // what nobody ever saw is not missed
        point.outcome !== 'claimed' &&
        (point.takenAt > newestListed || goneOutside.includes(point.takenAt)),
    )
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

function expiryGaps({ expiring }: Prepared, at: Instant): Gap[] {
  return expiring.flatMap(({ subject, attributes }) =>
    expiryGap(subject, `${subject.kind}:${subject.id}`, attributes, at),
  );
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
