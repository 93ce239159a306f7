import { medianOf } from '../anomaly/anomaly';
import { goneOutsideRules, keptAgainstRules, removedAt } from '../retention/rule-effect';
import { DAY, SECOND, type Instant } from '../time/instant';
import type { PointFacts } from './facts';
import type { ProtectionPolicy } from './policy';
import type { PreparedRepository } from './prepared';

/** What the tools' own retention does to a repository's points, as of its newest listing. */
export interface RuledRepository {
  repository: PreparedRepository;
  /** When points were taken that are gone although the rules keep them. */
  goneOutside: readonly Instant[];
  /** When points were taken that are there although no rule keeps them. */
  keptAgainst: readonly Instant[];
}

/** null: nothing is known of the rules. */
export function ruledRepository(repository: PreparedRepository): RuledRepository | null {
  const { facts, newest } = repository;
  if (facts.toolRetention === null || newest === null) return null;
  const at = facts.lastListingAt ?? newest.takenAt;
  // Tools keep what they count apart by its sources: only points alike are counted together.
  const alike = facts.points.filter((point) => isSameSet(point.sources, newest.sources));
  return {
    repository,
    goneOutside: goneOutsideRules(facts.toolRetention, facts.points, at),
    keptAgainst: keptAgainstRules(facts.toolRetention, alike, at),
  };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((one) => b.includes(one)));
}

/** The newest verified point of a repository and when the rules will remove it, or did. */
export interface ExpiringPoint {
  takenAt: Instant;
  expiresAt: Instant;
  isGone: boolean;
  /** When the next verification is due. */
  dueAt: Instant;
}

/**
 * The newest verified point of a repository, if the rules will remove it before the next verification is due, or, where that is
 * overdue, before another cadence has passed; or if it is gone, and none that was verified is left. `null`: it stays; `none`: nothing
 * in it is verified.
 */
export function expiringPoint(
  repository: PreparedRepository,
  policy: ProtectionPolicy,
  now: Instant,
): ExpiringPoint | 'none' | null {
  const { facts, lastCleanAt, usable } = repository;
  if (lastCleanAt === null) return 'none';
  const verified = usable.find((point) => point.takenAt <= lastCleanAt);
  const newest = usable[0];
  if (newest === undefined) return 'none';
  const cadenceMs = policy.verificationCadenceSeconds * SECOND;
  const dueAt = lastCleanAt + cadenceMs;
  if (verified === undefined) return goneAlready(facts.points, lastCleanAt, dueAt) ?? 'none';
  if (facts.toolRetention === null) return null;
  const until = now < dueAt ? dueAt : newest.takenAt + cadenceMs;
  const listed = facts.points.filter((point) => point.isListed).map((point) => point.takenAt);
  const { takenAt } = verified;
  const expiresAt = removedAt(takenAt, facts.toolRetention, listed, intervalOf(listed), until);
  return expiresAt === null ? null : { takenAt, expiresAt, isGone: false, dueAt };
}

/** The newest point that a clean check covered and that is there no more. */
function goneAlready(
  points: readonly PointFacts[],
  lastCleanAt: Instant,
  dueAt: Instant,
): ExpiringPoint | null {
  let newest: ExpiringPoint | null = null;
  for (const { takenAt, goneAt, outcome } of points) {
    if (
      goneAt === null ||
      outcome === 'claimed' ||
      takenAt > lastCleanAt ||
      (newest !== null && takenAt <= newest.takenAt)
    )
      continue;
    newest = { takenAt, expiresAt: goneAt, isGone: true, dueAt };
  }
  return newest;
}

/** The usual time between points; a day where one alone is known. */
function intervalOf(takenAts: readonly Instant[]): number {
  const sorted = takenAts.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, index) => at - (sorted[index] ?? at));
  return gaps.length === 0 ? DAY : Math.max(medianOf(gaps), 60 * SECOND);
}
