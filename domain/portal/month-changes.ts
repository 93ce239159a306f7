import type { StatusChange } from '../protection/status-days';
import { STATUSES, type Status } from '../protection/verdict';
import type { Instant } from '../time/instant';

/** A system that is in another state now than when the month began. */
export interface MonthChange {
  readonly systemId: string;
  readonly name: string;
  /** null: it was not among the systems then. */
  readonly before: Status | null;
  readonly now: Status;
  readonly direction: 'better' | 'worse' | 'new';
  /** When it last changed. */
  readonly at: Instant;
}

/** A system as it is shown now, with its changes of status, oldest or newest first. */
export interface MonthSystem {
  readonly systemId: string;
  readonly name: string;
  readonly status: Status;
  /** Since when it has that status. */
  readonly since: Instant;
  readonly changes: readonly StatusChange[];
}

/** What became better or worse since an instant, the newest first; what is as it was before is left out, whatever lay between. */
export function monthChanges(systems: readonly MonthSystem[], startsAt: Instant): MonthChange[] {
  return systems
    .flatMap(({ systemId, name, status, since, changes }): MonthChange[] => {
      const before = statusBefore(changes, startsAt);
      if (before === status) return [];
      return [{ systemId, name, before, now: status, direction: directionOf(before, status), at: since }];
    })
    .toSorted((a, b) => b.at - a.at || a.name.localeCompare(b.name));
}

/** What held just before an instant, or at it; null: nothing did yet. */
function statusBefore(changes: readonly StatusChange[], at: Instant): Status | null {
  let last: StatusChange | null = null;
  for (const change of changes) if (change.at <= at && (last === null || change.at >= last.at)) last = change;
  return last?.status ?? null;
}

function directionOf(before: Status | null, now: Status): MonthChange['direction'] {
  if (before === null) return 'new';
  return STATUSES.indexOf(now) > STATUSES.indexOf(before) ? 'better' : 'worse';
}
