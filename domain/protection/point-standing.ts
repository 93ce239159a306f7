import type { Instant } from '../time/instant';
import { reasonsAgainstPoint } from './copies';
import type { PointFacts, ProtectionFacts } from './facts';
import type { ProtectionPolicy } from './policy';
import { prepare, rejectingProblem } from './prepared';
import { stateAt } from './state';
import type { RejectionReason } from './verdict';

/**
 * How one recovery point stands: `counts`: the repository is a counted copy through it; `usable`: it could be restored as far as
 * anybody knows, but a newer one counts, or it is older than the RPO; `rejected`: why it is not to be relied on.
 */
export type PointStanding =
  { kind: 'counts' } | { kind: 'usable'; isStale: boolean } | { kind: 'rejected'; reason: RejectionReason };

/** Judges points of a data set, listed or not, by the rules that judge its copies. Points of unknown repositories are `no-point`. */
export function pointStandings(
  facts: ProtectionFacts,
  policy: ProtectionPolicy,
  points: readonly { repositoryId: string; point: PointFacts }[],
  now: Instant,
): PointStanding[] {
  const prepared = prepare(facts, policy);
  const state = stateAt(prepared, now);
  const standings = new Map(state.standings.map((one) => [one.prepared.facts.id, one]));
  const counting = new Map(state.count.counted.map((one) => [one.prepared.facts.id, one.point?.id]));
  return points.map(({ repositoryId, point }): PointStanding => {
    const standing = standings.get(repositoryId);
    if (standing === undefined) return { kind: 'rejected', reason: { code: 'no-point' } };
    if (counting.get(repositoryId) === point.id) return { kind: 'counts' };
    const { stale, others } = reasonsAgainstPoint(point, standing, prepared, now);
    const lost = rejectingProblem(standing.prepared.facts);
    const reason: RejectionReason | undefined =
      lost === null ? others[0] : { code: 'unreadable', problem: lost.problem, attemptedAt: lost.at };
    return reason === undefined ? { kind: 'usable', isStale: stale } : { kind: 'rejected', reason };
  });
}
