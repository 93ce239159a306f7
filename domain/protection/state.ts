import { SECOND, type Instant } from '../time/instant';
import { isDeclarationExpired } from './attribute';
import { countAt, type Count } from './digits';
import type { PointFacts } from './facts';
import type { Prepared } from './prepared';
import { standingAt, type Standing } from './standing';

/** Everything about a data set that the time changes, at one instant. */
export interface State {
  at: Instant;
  standings: readonly Standing[];
  count: Count;
  isSilent: boolean;
  /** Whether a travelling system is past its offline tolerance. */
  isAway: boolean;
  /** What the digits rest on where they pass only with claims, or with runs that nobody saw. */
  doubt: 'claims-only' | 'outcome-not-seen' | null;
  expiredDeclarations: number;
  /** How many of the turns have passed. */
  turn: number;
}

/** Judges everything at an instant. */
export function stateAt(prepared: Prepared, at: Instant): State {
  const standings = prepared.repositories.map((repository) => standingAt(repository, prepared, at));
  const count = countAt(standings, prepared, at);
  return {
    at,
    standings,
    count,
    isSilent: isSilentAt(prepared, at),
    isAway: isAwayAt(prepared, at),
    doubt: doubtAt(count, standings, prepared, at),
    expiredDeclarations: expiredCount(prepared, at),
    turn: turnAt(prepared, at),
  };
}

/** Whether two states of the same facts give the same digits, counted copies, findings and status. */
export function isSameState(a: State, b: State): boolean {
  return (
    a.count.failing === b.count.failing &&
    a.isSilent === b.isSilent &&
    a.isAway === b.isAway &&
    a.doubt === b.doubt &&
    a.expiredDeclarations === b.expiredDeclarations &&
    a.turn === b.turn &&
    a.count.actual.every((actual, index) => actual === b.count.actual[index]) &&
    hasSameCopies(a.count.counted, b.count.counted) &&
    hasSameStandings(a.standings, b.standings)
  );
}

function hasSameCopies(a: readonly Standing[], b: readonly Standing[]): boolean {
  return a.length === b.length && a.every((standing, index) => isSameCopy(standing, b[index]));
}

function isSameCopy(a: Standing, b: Standing | undefined): boolean {
  return a.prepared === b?.prepared && a.point === b.point;
}

/** Which points are usable, which domain they share and where they stand decides findings of their own. */
function hasSameStandings(a: readonly Standing[], b: readonly Standing[]): boolean {
  return a.every((standing, index) => {
    const other = b[index];
    return (
      isSameCopy(standing, other) &&
      standing.failureDomain === other?.failureDomain &&
      standing.isOffsite === other.isOffsite
    );
  });
}

/** Whether a counted copy rests on something nobody saw end: it is drawn hollow. */
export function isHollow(point: PointFacts): boolean {
  return point.outcome === 'claimed' || point.outcome === 'not-seen';
}

function isDoubted(point: PointFacts | null, prepared: Prepared): boolean {
  if (point?.outcome === 'claimed') return !prepared.policy.acceptsClaims;
  return point?.outcome === 'not-seen' && !prepared.policy.acceptsOutcomeNotSeen;
}

function doubtAt(
  count: Count,
  standings: readonly Standing[],
  prepared: Prepared,
  at: Instant,
): State['doubt'] {
  if (count.failing !== 0) return null;
  if (!standings.some((standing) => isDoubted(standing.point, prepared))) return null;
  const solid = standings.filter((standing) => !isDoubted(standing.point, prepared));
  if (countAt(solid, prepared, at).failing === 0) return null;
  const unclaimed = standings.filter(
    ({ point }) => point?.outcome !== 'claimed' || prepared.policy.acceptsClaims,
  );
  return countAt(unclaimed, prepared, at).failing === 0 ? 'outcome-not-seen' : 'claims-only';
}

function turnAt({ turns }: Prepared, at: Instant): number {
  let passed = 0;
  while (passed < turns.length && (turns[passed] ?? at) <= at) passed++;
  return passed;
}

/** Whether a system may be away for a while. */
export function isTravelling(prepared: Prepared): boolean {
  return prepared.policy.offlineToleranceSeconds !== null && prepared.facts.system.lastSeenAt !== null;
}

function isAwayAt(prepared: Prepared, at: Instant): boolean {
  const { lastSeenAt } = prepared.facts.system;
  const tolerance = prepared.policy.offlineToleranceSeconds;
  return tolerance !== null && lastSeenAt !== null && at >= lastSeenAt + tolerance * SECOND;
}

/** A travelling system is not silent while it is within its tolerance. */
function isSilentAt(prepared: Prepared, at: Instant): boolean {
  if (prepared.silentAt === null) return false;
  if (isTravelling(prepared) && !isAwayAt(prepared, at)) return false;
  return at >= prepared.silentAt;
}

function expiredCount(prepared: Prepared, at: Instant): number {
  const { system } = prepared.facts;
  let expired = 0;
  if (isDeclarationExpired(system.site, at)) expired++;
  if (isDeclarationExpired(system.media, at)) expired++;
  for (const { facts } of prepared.repositories) {
    if (isDeclarationExpired(facts.site, at)) expired++;
    if (isDeclarationExpired(facts.media, at)) expired++;
    if (isDeclarationExpired(facts.failureDomain, at)) expired++;
    if (isDeclarationExpired(facts.isEncrypted, at)) expired++;
    if (isDeclarationExpired(facts.immutability, at)) expired++;
  }
  return expired;
}
