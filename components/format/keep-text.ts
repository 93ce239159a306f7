import type { Keep } from '@/domain/retention/keep';
import type { RetentionPolicy } from '@/domain/retention/retention-policy';

/** What is kept, in words: 'all of 3 days, 7 daily, 4 weekly'; null: nothing is said, or nothing is kept. */
export function keepText(keep: Keep): string | null {
  const { last, withinDays } = keep;
  const parts = [
    withinDays ? `all of ${withinDays === 1 ? 'the last day' : `${withinDays} days`}` : null,
    last ? `the last ${last}` : null,
    ...(['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).map((name) =>
      keep[name] ? `${keep[name]} ${name}` : null,
    ),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

/** What a policy promises to keep, in words: '7 daily, 4 weekly, at least 30 days, at most 3650 days'. */
export function retentionText({ ageDaysMin, ageDaysMax, ...counts }: RetentionPolicy): string {
  const parts = [
    keepText({ ...counts, withinDays: null }),
    ageDaysMin && `at least ${daysText(ageDaysMin)}`,
    ageDaysMax && `at most ${daysText(ageDaysMax)}`,
  ];
  return parts.filter(Boolean).join(', ') || 'nothing';
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
