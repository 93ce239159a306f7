import { STATUSES, type Status } from './verdict';

/** How many of each status. */
export type StatusCounts = Readonly<Record<Status, number>>;

/** The worst of several statuses; null: there is none, so nothing can be said. */
export function worstStatus(statuses: Iterable<Status>): Status | null {
  let worst: number = STATUSES.length;
  for (const status of statuses) worst = Math.min(worst, STATUSES.indexOf(status));
  return STATUSES[worst] ?? null;
}

/** A system's status from those of its data sets; one without any was never heard of: unknown. */
export function systemStatus(dataSets: Iterable<Status>): Status {
  return worstStatus(dataSets) ?? 'unknown';
}

/** A client's status from the counts of its systems; null: it has no systems. */
export function clientStatus(systems: StatusCounts): Status | null {
  return STATUSES.find((status) => systems[status] > 0) ?? null;
}

/** Counts statuses, for a client or a fleet. */
export function countStatuses(statuses: Iterable<Status>): StatusCounts {
  const counts = { 'non-compliant': 0, unknown: 0, 'at-risk': 0, compliant: 0 };
  for (const status of statuses) counts[status]++;
  return counts;
}
