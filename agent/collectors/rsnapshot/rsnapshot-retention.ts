import type { RsnapshotConfig } from '@/agent/collectors/rsnapshot/rsnapshot-config';
import type { Collection } from '@/agent/report/collection';

const UNITS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
type Unit = (typeof UNITS)[number];

/**
 * What `retain` lines say is kept. How often an interval runs is cron's to say: only names that say it themselves are believed,
 * and one that does not (`alpha`) leaves all of it unsaid.
 */
export function rsnapshotRetention(
  intervals: RsnapshotConfig['intervals'],
  repositoryKey: string,
): Collection['retention'] {
  if (!intervals.every(({ name }) => UNITS.includes(name as Unit))) return [];
  const countOf = (unit: Unit): number | null => intervals.find(({ name }) => name === unit)?.count ?? null;
  return [
    {
      job_key: null,
      repository_key: repositoryKey,
      source: 'tool_config',
      archives: null,
      keep: {
        last: null,
        hourly: countOf('hourly'),
        daily: countOf('daily'),
        weekly: countOf('weekly'),
        monthly: countOf('monthly'),
        yearly: countOf('yearly'),
        within_days: null,
      },
      observed_oldest_at: null,
      observed_count: null,
    },
  ];
}
