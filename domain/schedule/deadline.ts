import { MINUTE, type Instant } from '../time/instant';

/** A time in which we could hear nobody: [from, until); until null: it goes on. */
export interface Outage {
  from: Instant;
  until: Instant | null;
}

/** What agents need, once we can be heard again, to bring what they kept meanwhile. */
const CATCH_UP = 10 * MINUTE;

/** Outages in order, those that overlap or touch made one. */
export function mergeOutages(outages: readonly Outage[]): Outage[] {
  const merged: Outage[] = [];
  for (const outage of outages.toSorted((a, b) => a.from - b.from)) {
    if (outage.until !== null && outage.until <= outage.from) continue;
    const last = merged.at(-1);
    if (last === undefined || (last.until !== null && last.until < outage.from)) merged.push({ ...outage });
    else last.until = laterEnd(last.until, outage.until);
  }
  return merged;
}

function laterEnd(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? null : Math.max(a, b);
}

/**
 * When what was to happen within `patienceMs` of `dueAt` is given up: the outages of our own, each with ten minutes after it,
 * do not count as time. So nothing is given up in an outage or just after it, and what was due later is not given up earlier.
 * null: not before an outage that goes on has ended.
 * @param outages merged, in order
 */
export function deadlineOf(dueAt: Instant, patienceMs: number, outages: readonly Outage[]): Instant | null {
  let deadline = dueAt + patienceMs;
  let counted = dueAt;
  for (const { from, until } of outages) {
    if (from >= deadline) break;
    if (until === null) return null;
    const end = until + CATCH_UP;
    if (end <= counted) continue;
    deadline += end - Math.max(from, counted);
    counted = end;
  }
  return deadline;
}

/** Whether one outage covers all of [from, until). */
export function isCovered(from: Instant, until: Instant, outages: readonly Outage[]): boolean {
  return outages.some((outage) => outage.from <= from && (outage.until === null || outage.until >= until));
}
