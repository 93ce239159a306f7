import type { NormalisedReport } from '@/contract/report';
import type { RetentionRule } from '../data/retention-rules';

type Said = NormalisedReport['retention'][number];

/** More than any tool keeps, and what a column holds. */
const KEEP_MAX = 1_000_000_000;

/**
 * What a report says is kept, each rule once, the last one of several.
 * @param repositories key → id
 */
export function describeRetention(
  said: readonly Said[],
  repositories: ReadonlyMap<string, string>,
): RetentionRule[] {
  const rules = said.flatMap(({ repository_key: key, source, archives, keep }): RetentionRule[] => {
    const repositoryId = repositories.get(key);
    if (!repositoryId || source === 'declared') return [];
    const { last, hourly, daily, weekly, monthly, yearly, within_days: withinDays } = keep;
    return [
      {
        repositoryId,
        source,
        archives: archives ?? '',
        keep: {
          last: bounded(last),
          hourly: bounded(hourly),
          daily: bounded(daily),
          weekly: bounded(weekly),
          monthly: bounded(monthly),
          yearly: bounded(yearly),
          withinDays: bounded(withinDays),
        },
      },
    ];
  });
  const byName = new Map(
    rules.map((one) => [JSON.stringify([one.repositoryId, one.source, one.archives]), one]),
  );
  return [...byName.values()];
}

function bounded(count: number | null): number | null {
  return count === null ? null : Math.min(count, KEEP_MAX);
}
