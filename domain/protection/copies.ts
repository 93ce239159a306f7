import { SECOND, type Instant } from '../time/instant';
import { attestedAt, attributeAt } from './attribute';
import type { DataSetFacts, PointFacts } from './facts';
import {
  failedRestoreTest,
  FUTURE_TOLERANCE,
  isCaptureAccepted,
  isComplete,
  isOutcomeAccepted,
  missingSources,
  otherNameOf,
  rejectingProblem,
  type Prepared,
} from './prepared';
import { ageInstant, distanceFromSystem, isOutAt, lockShortfall, type Standing } from './standing';
import { isHollow, type State } from './state';
import type { CopyVerdict, RejectionReason, ShortfallReason } from './verdict';

/** Each repository with the reasons why it counts or does not, in the order of their names. */
export function copiesAt(state: State, prepared: Prepared): CopyVerdict[] {
  return state.standings
    .map((standing) => copyVerdict(standing, state, prepared))
    .toSorted(
      (a, b) =>
        a.repositoryName.localeCompare(b.repositoryName) || (a.repositoryId < b.repositoryId ? -1 : 1),
    );
}

function copyVerdict(standing: Standing, state: State, prepared: Prepared): CopyVerdict {
  const { facts } = standing.prepared;
  const { shown, place } = standing;
  const isCounted = state.count.counted.includes(standing);
  const distance = distanceFromSystem(place, prepared, state.at);
  return {
    repositoryId: facts.id,
    repositoryName: facts.name,
    isCounted,
    rejections: isCounted ? [] : rejectionsOf(standing, state, prepared),
    point: shown === null ? null : shownPoint(shown, standing.rpoMs),
    heldAs: shown === null ? null : (otherNameOf(shown, prepared.facts.dataSet)?.name ?? null),
    isHollow: isCounted && shown !== null && isHollow(shown),
    media: attributeAt(facts.media, state.at)?.value ?? null,
    siteName: place?.siteName ?? attributeAt(facts.site, state.at)?.value.siteName ?? null,
    distanceKm: distance,
    isOffsite: standing.isOffsite,
    isImmutable: standing.isImmutable,
    isVerified: standing.isVerified,
    isEncrypted: attributeAt(facts.isEncrypted, state.at)?.value ?? null,
    shortfalls: isCounted ? shortfallsOf(standing, prepared, state.at, distance) : [],
  };
}

function shownPoint(point: PointFacts, rpoMs: number): CopyVerdict['point'] {
  const { id, key, takenAt, outcome, origin } = point;
  return { id, key, takenAt, freshUntil: takenAt + rpoMs, outcome, origin };
}

/** In the order of the rules; what nobody could cure by waiting comes first. */
function rejectionsOf(standing: Standing, state: State, prepared: Prepared): RejectionReason[] {
  const { prepared: repository, failureDomain, shown } = standing;
  const reasons: RejectionReason[] = [];
  if (standing.isOwnDomain) reasons.push({ code: 'own-failure-domain', failureDomain });
  const problem = rejectingProblem(repository.facts);
  const unreadable: RejectionReason[] =
    problem === null ? [] : [{ code: 'unreadable', problem: problem.problem, attemptedAt: problem.at }];
  if (shown === null) return [...reasons, ...unreadable, { code: 'no-point' }];
  if (standing.point === null) {
    reasons.push(...ageReasons(shown, standing, prepared, state.at));
    reasons.push(...pointReasons(shown, standing, prepared));
    reasons.push(...unreadable);
  }
  const chosen = state.count.counted.find((other) => other.failureDomain === failureDomain);
  if (standing.point !== null && chosen !== undefined) {
    const countedRepositoryId = chosen.prepared.facts.id;
    reasons.push({ code: 'shared-failure-domain', failureDomain, countedRepositoryId });
  }
  return reasons;
}

/** What speaks against any one point of a repository: its age, and everything else. */
export function reasonsAgainstPoint(
  point: PointFacts,
  standing: Standing,
  prepared: Prepared,
  at: Instant,
): { stale: boolean; others: RejectionReason[] } {
  const ages = ageReasons(point, standing, prepared, at);
  const others = [...ages.filter((one) => one.code !== 'stale'), ...pointReasons(point, standing, prepared)];
  return { stale: ages.some((one) => one.code === 'stale'), others };
}

function ageReasons(
  point: PointFacts,
  standing: Standing,
  prepared: Prepared,
  at: Instant,
): RejectionReason[] {
  const { takenAt } = point;
  const measuredAt = ageInstant(prepared, at);
  if (takenAt > at + FUTURE_TOLERANCE) return [{ code: 'future', takenAt }];
  if (measuredAt < takenAt + standing.rpoMs) return [];
  const rpoSeconds = standing.rpoMs / SECOND;
  return [{ code: 'stale', takenAt, rpoSeconds, ageSeconds: Math.floor((measuredAt - takenAt) / SECOND) }];
}

function pointReasons(point: PointFacts, standing: Standing, prepared: Prepared): RejectionReason[] {
  const { facts, policy } = prepared;
  const repository = standing.prepared;
  const reasons: RejectionReason[] = [];
  if (!isComplete(point)) reasons.push({ code: 'incomplete', state: point.state });
  if (!isOutcomeAccepted(point, policy)) reasons.push({ code: 'run-not-accepted', outcome: point.outcome });
  const test = failedRestoreTest(point);
  if (test !== null) reasons.push({ code: 'restore-test-failed', testedAt: test.endedAt });
  const problem = repository.openProblem;
  if (problem !== null) {
    reasons.push({ code: 'verification-problems', foundAt: problem.endedAt, depth: problem.depth });
  }
  if (policy.requiredCapture !== null && !isCaptureAccepted(point, facts, policy)) {
    const capture = point.capture ?? facts.dataSet.capture;
    reasons.push({ code: 'wrong-capture', capture, required: policy.requiredCapture });
  }
  const missing = missingSources(point, facts.dataSet);
  if (missing.length > 0) {
    reasons.push({
      code: 'sources-missing',
      missing,
      since: missingSince(repository.facts.points, facts.dataSet),
    });
  }
  if (!point.isListed) {
    reasons.push({ code: 'not-listed', listedAt: repository.facts.lastListingAt ?? point.takenAt });
  }
  return reasons;
}

/** The oldest of the points after the newest whole one. */
function missingSince(points: readonly PointFacts[], dataSet: DataSetFacts): Instant {
  const newestFirst = points.toSorted((a, b) => b.takenAt - a.takenAt);
  const whole = newestFirst.findIndex((point) => missingSources(point, dataSet).length === 0);
  const shrunk = whole === -1 ? newestFirst : newestFirst.slice(0, whole);
  return shrunk.at(-1)?.takenAt ?? newestFirst[0]?.takenAt ?? 0;
}

function shortfallsOf(
  standing: Standing,
  prepared: Prepared,
  at: Instant,
  distance: number | null,
): ShortfallReason[] {
  const { facts, lastCleanAt } = standing.prepared;
  const { policy } = prepared;
  const reasons: ShortfallReason[] = [];
  const media = attributeAt(facts.media, at);
  if (media === null) reasons.push({ code: 'media-unknown' });
  else if (media.source === 'inferred') reasons.push({ code: 'media-inferred', value: media.value });
  const site = siteShortfall(standing, prepared, at, distance);
  if (site !== null) reasons.push(site);
  const lock = standing.point === null ? null : lockShortfall(facts, standing.point, prepared, at);
  if (lock !== null) reasons.push(lock);
  if (!standing.isVerified) {
    reasons.push({ code: 'not-verified', depth: policy.verificationDepth, lastCleanAt });
  }
  return reasons;
}

function siteShortfall(
  standing: Standing,
  prepared: Prepared,
  at: Instant,
  distance: number | null,
): ShortfallReason | null {
  if (standing.isOffsite) return null;
  const system = attestedAt(prepared.facts.system.site, at);
  if (system === null) return { code: 'system-site-unknown' };
  const { place } = standing;
  if (place === null) return isOutAt(standing.prepared.facts, at) ? null : { code: 'site-unknown' };
  if (place.siteId === system.value.siteId) return { code: 'same-site', siteName: place.siteName };
  return {
    code: 'too-near',
    distanceKm: distance ?? 0,
    distanceKmMin: prepared.policy.offsiteDistanceKmMin ?? 0,
  };
}
