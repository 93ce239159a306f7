import { SECOND, type Instant } from '../time/instant';
import { attestedAt, attributeAt } from './attribute';
import { distanceKm } from './distance';
import type { Attribute, MediaClass, Place, PointFacts, RepositoryFacts } from './facts';
import { FUTURE_TOLERANCE, type Prepared, type PreparedRepository } from './prepared';
import type { ShortfallReason } from './verdict';

/** A repository at one instant, judged by every rule except that of shared failure domains. */
export interface Standing {
  prepared: PreparedRepository;
  /** The newest point for which all hold; null: it does not count. */
  point: PointFacts | null;
  /** The point that is shown: the one that counts, else the newest. */
  shown: PointFacts | null;
  failureDomain: string;
  isOwnDomain: boolean;
  media: MediaClass | null;
  place: Place | null;
  isOffsite: boolean;
  rpoMs: number;
  isImmutable: boolean;
  isVerified: boolean;
}

/** Judges one repository at an instant. */
export function standingAt(repository: PreparedRepository, prepared: Prepared, at: Instant): Standing {
  const { policy, facts } = prepared;
  const place = placeAt(repository.facts, at);
  const isOffsite = isOffsiteAt(repository.facts, place, prepared, at);
  const rpoMs = rpoSeconds(prepared, isOffsite) * SECOND;
  const point = usablePointAt(repository, rpoMs, prepared, at);
  const shown = point ?? repository.newest;
  const failureDomain = attributeAt(repository.facts.failureDomain, at)?.value ?? facts.system.failureDomain;
  const cleanAt = repository.lastCleanAt;
  return {
    prepared: repository,
    point,
    shown,
    failureDomain,
    isOwnDomain: failureDomain === facts.system.failureDomain,
    media: attestedAt(repository.facts.media, at)?.value ?? null,
    place,
    isOffsite,
    rpoMs,
    isImmutable: shown !== null && lockShortfall(repository.facts, shown, prepared, at) === null,
    isVerified: cleanAt !== null && at < cleanAt + policy.verificationCadenceSeconds * SECOND,
  };
}

/** The instant at which ages are measured: for a travelling system within its tolerance, when it was last seen. */
export function ageInstant(prepared: Prepared, at: Instant): Instant {
  const { lastSeenAt } = prepared.facts.system;
  const tolerance = prepared.policy.offlineToleranceSeconds;
  if (lastSeenAt === null || tolerance === null) return at;
  return at < lastSeenAt + tolerance * SECOND ? Math.min(at, lastSeenAt) : at;
}

/** The RPO for a copy: those offsite may have their own. */
function rpoSeconds(prepared: Prepared, isOffsite: boolean): number {
  const { policy } = prepared;
  return isOffsite ? (policy.offsiteRpoSeconds ?? policy.rpoSeconds) : policy.rpoSeconds;
}

function usablePointAt(
  repository: PreparedRepository,
  rpoMs: number,
  prepared: Prepared,
  at: Instant,
): PointFacts | null {
  for (const point of repository.usable) {
    if (point.takenAt > at + FUTURE_TOLERANCE) continue;
    // Older points are no fresher.
    return ageInstant(prepared, at) < point.takenAt + rpoMs ? point : null;
  }
  return null;
}

/** Whether a rotating drive is declared to be away at an instant. */
export function isOutAt(repository: RepositoryFacts, at: Instant): boolean {
  const out = repository.takenOut;
  return out !== null && out.takenOutAt <= at && (out.broughtBackAt === null || at < out.broughtBackAt);
}

function placeAt(repository: RepositoryFacts, at: Instant): Place | null {
  if (isOutAt(repository, at)) return repository.takenOut?.place ?? null;
  return attestedAt(repository.site, at)?.value ?? null;
}

/** Distance between a repository's place and the system's; null where either is unknown or has no coordinates. */
export function distanceFromSystem(place: Place | null, prepared: Prepared, at: Instant): number | null {
  const system = attestedAt(prepared.facts.system.site, at)?.value ?? null;
  return place === null || system === null ? null : distanceKm(system, place);
}

function isOffsiteAt(
  repository: RepositoryFacts,
  place: Place | null,
  prepared: Prepared,
  at: Instant,
): boolean {
  const system = attestedAt(prepared.facts.system.site, at);
  if (system === null) return false;
  if (place === null) return isOutAt(repository, at);
  if (place.siteId === system.value.siteId) return false;
  const least = prepared.policy.offsiteDistanceKmMin;
  if (least === null) return true;
  const distance = distanceKm(system.value, place);
  return distance === null || distance >= least;
}

/** Why a copy through this point cannot be called immutable at an instant; null: it can. */
export function lockShortfall(
  repository: RepositoryFacts,
  point: PointFacts,
  prepared: Prepared,
  at: Instant,
): ShortfallReason | null {
  if (isOutAt(repository, at)) return null;
  const lock = attestedAt(repository.immutability, at);
  switch (lock?.value.kind) {
    case 'offline':
      return lock.source === 'declared' ? null : { code: 'not-immutable' };
    case 'append_only':
      return prepared.policy.acceptsAppendOnly ? null : { code: 'append-only-not-accepted' };
    case undefined:
    case 'object_lock_compliance':
    case 'object_lock_governance':
    case 'worm':
      return timeLockShortfall(repository, lock, point, prepared, at);
    case 'none':
    case 'filesystem_flag':
    case 'snapshot_lock':
    case 'unknown':
      return { code: 'not-immutable' };
  }
}

function timeLockShortfall(
  repository: RepositoryFacts,
  lock: Attribute<NonNullable<RepositoryFacts['immutability']>['value']> | null,
  point: PointFacts,
  prepared: Prepared,
  at: Instant,
): ShortfallReason | null {
  const until = point.immutableUntil ?? lock?.value.until ?? null;
  if (until === null) return { code: 'not-immutable' };
  if (repository.isDeduplicating && lock?.value.areLocksExtended !== true)
    return { code: 'lock-not-provable' };
  const windowSeconds = prepared.policy.immutabilityWindowSeconds;
  return at < until - windowSeconds * SECOND ? null : { code: 'lock-too-short', until, windowSeconds };
}
