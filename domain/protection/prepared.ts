import type { RepositoryProblemCode } from '../../contract/report';
import { SECOND, type Instant } from '../time/instant';
import { sizeAnomaly, sourceLoss, type SizeAnomaly, type SourceLoss } from '../anomaly/job-anomaly';
import type {
  Attribute,
  DataSetFacts,
  JobFacts,
  OtherName,
  PointFacts,
  ProtectionFacts,
  RepositoryFacts,
  RestoreTestFacts,
  RunFacts,
  VerificationFacts,
} from './facts';
import type { ProtectionPolicy, VerificationDepth } from './policy';
import { prepareKept, type PreparedKept } from './retention-findings';
import { ruledRepository, type RuledRepository } from './ruled-repository';
import { turnsOf } from './turns';

/** How far a point may lie in the future before it is not believed. */
export const FUTURE_TOLERANCE = 300 * SECOND;

/** Time-out, network and lock say nothing about the copy. */
const REJECTING: ReadonlySet<RepositoryProblemCode> = new Set([
  'repository_missing',
  'wrong_password',
  'unreadable',
  'permission',
]);

/** A repository with everything decided about it that does not depend on the time. */
export interface PreparedRepository {
  facts: RepositoryFacts;
  /** Points that pass every rule except freshness and independence, newest first. */
  usable: readonly PointFacts[];
  /** The newest of all points, usable or not. */
  newest: PointFacts | null;
  /** When the oldest of all points was taken. */
  oldestAt: Instant | null;
  /** A problem that no later clean verification of at least that depth has cleared. */
  openProblem: VerificationFacts | null;
  /** The newest clean verification of at least the policy's depth. */
  lastCleanAt: Instant | null;
}

/** A job with how its newest good run compares with those before it. */
export interface PreparedJob {
  facts: JobFacts;
  /** Its runs that ended and say how, newest first. */
  ended: readonly RunFacts[];
  anomaly: SizeAnomaly | null;
  loss: SourceLoss | null;
}

/** Attributes of one subject that were declared until an instant, with what each is called. */
interface Expiring {
  subject: { kind: 'data-set' | 'repository'; id: string; name: string };
  attributes: readonly (readonly [string, Attribute<unknown> | null])[];
}

/** Facts and policy made ready to be judged at many instants. */
export interface Prepared {
  facts: ProtectionFacts;
  policy: ProtectionPolicy;
  repositories: readonly PreparedRepository[];
  jobs: readonly PreparedJob[];
  expiring: readonly Expiring[];
  /** What the tools' own retention does to those of them of which it is known. */
  ruled: readonly RuledRepository[];
  /** What is kept, with the promise that it is held against; null: nothing was promised. */
  kept: PreparedKept | null;
  /** The instants at which findings open or close that rest on nothing else that is compared, ascending. */
  turns: readonly Instant[];
  /** The newest restore test of level L4 or L5 that passed or failed; tests that erred or were skipped prove nothing. */
  lastFullTest: RestoreTestFacts | null;
  lastHeardAt: Instant | null;
  lastHeardChannel: string;
  /** From when on every channel is silent; null: none was ever heard. */
  silentAt: Instant | null;
}

/** Decides once what no instant can change. */
export function prepare(facts: ProtectionFacts, policy: ProtectionPolicy): Prepared {
  let lastHeardAt: Instant | null = null;
  let lastHeardChannel = '';
  let silentAt: Instant | null = null;
  for (const channel of facts.channels) {
    const heardAt = channel.lastHeardAt;
    if (heardAt === null) continue;
    silentAt = Math.max(silentAt ?? heardAt, channel.silentAt ?? heardAt + policy.silenceSeconds * SECOND);
    const isNewer = lastHeardAt === null || heardAt > lastHeardAt;
    if (!isNewer && !(heardAt === lastHeardAt && channel.name < lastHeardChannel)) continue;
    lastHeardAt = heardAt;
    lastHeardChannel = channel.name;
  }
  const repositories = facts.repositories
    .map((repository) => prepareRepository(repository, facts, policy))
    .toSorted((a, b) => (a.facts.id < b.facts.id ? -1 : 1));
  const lastFullTest = newestFullTest(facts.repositories);
  const kept = prepareKept(facts, policy, (points) => isRestorable(points, facts, policy));
  const turns = turnsOf(facts, policy, repositories, lastFullTest);
  return {
    facts,
    policy,
    repositories,
    jobs: facts.jobs.map(prepareJob),
    expiring: expiringOf(facts, repositories),
    ruled: repositories.flatMap((one) => ruledRepository(one) ?? []),
    kept,
    turns: kept === null ? turns : [...turns, ...kept.turns].toSorted((a, b) => a - b),
    lastFullTest,
    lastHeardAt,
    lastHeardChannel,
    silentAt,
  };
}

function prepareJob(facts: JobFacts): PreparedJob {
  const ended = facts.runs
    .filter((run) => run.status === 'success' || run.status === 'warning' || run.status === 'failed')
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
  if (facts.sizes.length === 0) return { facts, ended, anomaly: null, loss: null };
  return { facts, ended, anomaly: sizeAnomaly(facts.sizes), loss: sourceLoss(facts.sizes) };
}

/** Whose declarations end some day; most end none, and are not looked at again. */
function expiringOf(
  { system, dataSet }: ProtectionFacts,
  repositories: readonly PreparedRepository[],
): Expiring[] {
  const expiring: Expiring[] = [];
  if (ends(system.site) || ends(system.media))
    expiring.push({
      subject: { kind: 'data-set', id: dataSet.id, name: dataSet.name },
      attributes: [
        ['system site', system.site],
        ['system media', system.media],
      ],
    });
  for (const { facts } of repositories) {
    const { site, media, failureDomain, isEncrypted, immutability } = facts;
    if (!(ends(site) || ends(media) || ends(failureDomain) || ends(isEncrypted) || ends(immutability)))
      continue;
    expiring.push({
      subject: { kind: 'repository', id: facts.id, name: facts.name },
      attributes: [
        ['site', site],
        ['media', media],
        ['failure domain', failureDomain],
        ['encryption', isEncrypted],
        ['immutability', immutability],
      ],
    });
  }
  return expiring;
}

function ends(attribute: Attribute<unknown> | null): boolean {
  return attribute !== null && attribute.until !== null;
}

/** One repository of `prepare`, also used to try a change of it. */
export function prepareRepository(
  repository: RepositoryFacts,
  facts: ProtectionFacts,
  policy: ProtectionPolicy,
): PreparedRepository {
  const openProblem = newestOpenProblem(repository.verifications);
  const isRejected = openProblem !== null || rejectingProblem(repository) !== null;
  let newest: PointFacts | null = null;
  let oldestAt: Instant | null = null;
  const usable: PointFacts[] = [];
  for (const point of repository.points) {
    if (newest === null || isBefore(point, newest)) newest = point;
    if (oldestAt === null || point.takenAt < oldestAt) oldestAt = point.takenAt;
    if (!isRejected && isUsable(point, facts, policy)) usable.push(point);
  }
  if (usable.length > 1) usable.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return {
    facts: repository,
    usable,
    newest,
    oldestAt,
    openProblem,
    lastCleanAt: newestCleanAt(repository.verifications, policy.verificationDepth),
  };
}

/** Newest first; points of one instant in the order of their ids. */
function isBefore(a: PointFacts, b: PointFacts): boolean {
  return a.takenAt > b.takenAt || (a.takenAt === b.takenAt && a.id < b.id);
}

function isUsable(point: PointFacts, facts: ProtectionFacts, policy: ProtectionPolicy): boolean {
  return point.isListed && failedRestoreTest(point) === null && isRestorable(point, facts, policy);
}

/** Whether a point is such that it can be restored from and holds what was promised. */
function isRestorable(
  point: Pick<PointFacts, 'state' | 'outcome' | 'capture' | 'sources'>,
  facts: ProtectionFacts,
  policy: ProtectionPolicy,
): boolean {
  return (
    isComplete(point) &&
    isOutcomeAccepted(point, policy) &&
    isCaptureAccepted(point, facts, policy) &&
    isWhole(point, facts.dataSet)
  );
}

/** A claim comes without the tool's word on completeness; any other point needs it. */
export function isComplete(point: Pick<PointFacts, 'state' | 'outcome'>): boolean {
  return point.state === 'complete' || (point.outcome === 'claimed' && point.state === 'unknown');
}

/** Whether the way its run ended lets the point count, hollow or not. */
export function isOutcomeAccepted(point: Pick<PointFacts, 'outcome'>, policy: ProtectionPolicy): boolean {
  switch (point.outcome) {
    case 'success':
    case 'not-seen':
    case 'claimed':
      return true;
    case 'warning':
      return policy.acceptsWarnings;
    case 'failed':
    case 'cancelled':
      return false;
  }
}

/** Whether the point is of the kind that the policy asks for. */
export function isCaptureAccepted(
  point: Pick<PointFacts, 'capture'>,
  facts: ProtectionFacts,
  policy: ProtectionPolicy,
): boolean {
  return (
    policy.requiredCapture === null || (point.capture ?? facts.dataSet.capture) === policy.requiredCapture
  );
}

/**
 * Sources of the data set that the point lacks, under that of its names which the point comes nearest to; none where the point's
 * sources are not known.
 */
export function missingSources(point: PointFacts, dataSet: DataSetFacts): readonly string[] {
  if (isWhole(point, dataSet)) return [];
  const names = [dataSet, ...dataSet.otherNames].map(({ sources }) => ({
    sources,
    missing: sources.filter((source) => !point.sources.includes(source)),
  }));
  const touched = names.filter(({ sources, missing }) => missing.length < sources.length);
  const [nearest] = touched.toSorted((a, b) => a.missing.length - b.missing.length);
  return (nearest ?? names[0])?.missing ?? [];
}

/** Under which other name of the data set a point is whole; null: under the data set's own, or under none. */
export function otherNameOf(point: Pick<PointFacts, 'sources'>, dataSet: DataSetFacts): OtherName | null {
  if (dataSet.otherNames.length === 0 || holdsAll(point, dataSet.sources)) return null;
  return dataSet.otherNames.find(({ sources }) => holdsAll(point, sources)) ?? null;
}

function isWhole(point: Pick<PointFacts, 'sources'>, dataSet: DataSetFacts): boolean {
  return holdsAll(point, dataSet.sources) || otherNameOf(point, dataSet) !== null;
}

function holdsAll(point: Pick<PointFacts, 'sources'>, sources: readonly string[]): boolean {
  if (point.sources.length === 0 || point.sources === sources) return true;
  for (const source of sources) if (!point.sources.includes(source)) return false;
  return true;
}

/** The newest failed restore test of a point. */
export function failedRestoreTest(point: PointFacts): RestoreTestFacts | null {
  let newest: RestoreTestFacts | null = null;
  for (const test of point.restoreTests) {
    if (test.result === 'failed' && (newest === null || test.endedAt > newest.endedAt)) newest = test;
  }
  return newest;
}

/** The newest attempt to read, if it failed in a way that says the copy is not there or not ours to read. */
export function rejectingProblem(repository: RepositoryFacts) {
  const attempt = failedAttempt(repository);
  return attempt !== null && REJECTING.has(attempt.problem) ? attempt : null;
}

/** The newest attempt to read, if it failed; a drive that was out cannot be read, and that says nothing. */
export function failedAttempt(repository: Pick<RepositoryFacts, 'lastAttempt' | 'takenOut'>) {
  const { lastAttempt, takenOut } = repository;
  if (lastAttempt === null || lastAttempt.problem === null) return null;
  if (takenOut !== null && lastAttempt.at >= takenOut.takenOutAt) {
    if (takenOut.broughtBackAt === null || lastAttempt.at < takenOut.broughtBackAt) return null;
  }
  return { at: lastAttempt.at, problem: lastAttempt.problem, origin: lastAttempt.origin };
}

/** How deep a check looked, comparable. */
function depthRank(depth: VerificationDepth): number {
  switch (depth) {
    case 'structure':
      return 0;
    case 'data-subset':
      return 1;
    case 'data':
      return 2;
  }
}

function newestOpenProblem(verifications: readonly VerificationFacts[]): VerificationFacts | null {
  let open: VerificationFacts | null = null;
  for (const found of verifications) {
    if (found.result !== 'problems' || isCleared(found, verifications)) continue;
    const isNewer = open === null || found.endedAt > open.endedAt;
    const isDeeper = open?.endedAt === found.endedAt && depthRank(found.depth) > depthRank(open.depth);
    if (isNewer || isDeeper) open = found;
  }
  return open;
}

function isCleared(found: VerificationFacts, verifications: readonly VerificationFacts[]): boolean {
  return verifications.some(
    (later) =>
      later.result === 'ok' &&
      later.endedAt > found.endedAt &&
      depthRank(later.depth) >= depthRank(found.depth),
  );
}

/** The newest clean check of at least a depth; null: there is none. */
export function newestCleanAt(
  verifications: readonly VerificationFacts[],
  depth: VerificationDepth,
): Instant | null {
  let newest: Instant | null = null;
  const rank = depthRank(depth);
  for (const check of verifications) {
    if (check.result !== 'ok' || depthRank(check.depth) < rank) continue;
    if (newest === null || check.endedAt > newest) newest = check.endedAt;
  }
  return newest;
}

function newestFullTest(repositories: readonly RepositoryFacts[]): RestoreTestFacts | null {
  let newest: RestoreTestFacts | null = null;
  for (const repository of repositories) {
    for (const point of repository.points) {
      for (const test of point.restoreTests) {
        if (isConclusive(test) && isFull(test) && isWorse(test, newest)) newest = test;
      }
    }
  }
  return newest;
}

/** A test that erred or was skipped proves nothing either way. */
export function isConclusive(test: RestoreTestFacts): boolean {
  return test.result === 'passed' || test.result === 'failed';
}

function isFull(test: RestoreTestFacts): boolean {
  return test.level === 'L4' || test.level === 'L5';
}

/** Newer wins; of two that ended together the failed one. */
function isWorse(test: RestoreTestFacts, than: RestoreTestFacts | null): boolean {
  if (than === null || test.endedAt > than.endedAt) return true;
  return test.endedAt === than.endedAt && test.result === 'failed';
}
