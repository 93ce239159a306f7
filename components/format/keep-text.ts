import type { Keep } from '@/domain/retention/keep';

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
