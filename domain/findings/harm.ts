import type { Severity } from '../protection/verdict';
import type { Instant } from '../time/instant';

/** Gravest first. */
export const SEVERITIES = ['critical', 'warning', 'note'] as const satisfies readonly Severity[];

/** What of a cause decides how much harm it does. */
export interface Harm {
  readonly severity: Severity;
  /** Systems that it concerns. */
  readonly systemCount: number;
  /** Since when it holds. */
  readonly since: Instant;
  readonly causeId: string;
}

/** 1: critical. The queue is stored with it, so that an index has its order. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity) + 1;
}

/**
 * The order of the queue: critical first, then what concerns most systems, then what has held longest; the id, so that two readers
 * see the same order. The index `finding_cause_by_harm` says the same.
 */
export function compareHarm(a: Harm, b: Harm): number {
  return (
    severityRank(a.severity) - severityRank(b.severity) ||
    b.systemCount - a.systemCount ||
    a.since - b.since ||
    (a.causeId < b.causeId ? -1 : Number(a.causeId > b.causeId))
  );
}
