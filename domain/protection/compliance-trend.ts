import type { Instant } from '../time/instant';
import type { ZonedDay } from '../time/zoned-day';
import { worstOfDays, type StatusChange } from './status-days';
import { countStatuses, type StatusCounts } from './system-status';
import type { Status } from './verdict';

/** A day with how many systems had which status; of each system the worst that it had on the day. */
export interface ComplianceDay extends ZonedDay {
  counts: StatusCounts;
  /** Of 0 to 1; null: no system was known on the day, which is neither none nor all of them. */
  share: number | null;
}

/**
 * Which share of a client's systems was compliant on each day; `histories` has one list of changes a system, with what held at the
 * first day. A system counts from its first status until it leaves the lists, on both of those days too. At risk and unknown are
 * not compliant.
 */
export function complianceDays(
  histories: readonly (readonly StatusChange[])[],
  days: readonly ZonedDay[],
  now: Instant,
): ComplianceDay[] {
  const ofSystems = histories.map((changes) => worstOfDays([changes], days, now));
  return days.map((day, index) => {
    const statuses = ofSystems
      .map((systemDays) => systemDays[index]?.status ?? 'no-data')
      .filter((status): status is Status => status !== 'no-data');
    const counts = countStatuses(statuses);
    return { ...day, counts, share: statuses.length === 0 ? null : counts.compliant / statuses.length };
  });
}

/** What the trend tells: the newest day, the oldest that is known, the worst. Null: no day is known. */
export interface ComplianceSummary {
  newest: ComplianceDay;
  oldest: ComplianceDay;
  /** The newest of the days with the least share. */
  lowest: ComplianceDay;
  knownDays: number;
  /** Mean of the known days, 0 to 1. */
  mean: number;
}

export function complianceSummary(days: readonly ComplianceDay[]): ComplianceSummary | null {
  const known = days.filter((day): day is ComplianceDay & { share: number } => day.share !== null);
  const [oldest, newest] = [known[0], known.at(-1)];
  if (!oldest || !newest) return null;
  const lowest = known.reduce((least, day) => (day.share <= least.share ? day : least), oldest);
  const mean = known.reduce((sum, day) => sum + day.share, 0) / known.length;
  return { newest, oldest, lowest, knownDays: known.length, mean };
}
