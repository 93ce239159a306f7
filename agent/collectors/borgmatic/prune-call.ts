import type { AgentReport } from '@/contract/report';

type Retention = AgentReport['retention'][number];

/** What is kept of the points at a place. */
export interface PlacedRetention {
  /** As borg is given it. */
  location: string;
  rule: Omit<Retention, 'repository_key'>;
}

/** `--keep-secondly` is what `--keep-last` does. Those without a word here (minutely, 13weekly, …) cannot be reported. */
const KEEP: Readonly<Record<string, keyof Retention['keep']>> = {
  last: 'last',
  secondly: 'last',
  hourly: 'hourly',
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
  yearly: 'yearly',
};
/** As borg counts them. */
const DAYS: Readonly<Record<string, number>> = { H: 1 / 24, d: 1, w: 7, m: 31, y: 365 };
const PATTERN_LENGTH_MAX = 500;

/**
 * Reads what a call of `borg prune` keeps; null where it says nothing that can be reported. `-1`, which keeps without end, cannot be:
 * what is reported is never more than what is kept.
 */
export function readPruneCall(words: readonly string[]): PlacedRetention | null {
  const location = words.at(-1);
  if (!location || location.startsWith('-')) return null;
  const keep: Retention['keep'] = {
    last: null,
    hourly: null,
    daily: null,
    weekly: null,
    monthly: null,
    yearly: null,
    within_days: null,
  };
  for (const [name, value] of options(words)) {
    const [, period = ''] = /^--keep-(.+)$/.exec(name) ?? [];
    if (period === 'within') keep.within_days = daysOf(value);
    const field = KEEP[period];
    if (field && /^\d{1,9}$/.test(value)) keep[field] = Number(value);
  }
  if (Object.values(keep).every((value) => value === null)) return null;
  const rule = { job_key: null, source: 'tool_config', archives: patternOf(words), keep } as const;
  return { location, rule: { ...rule, observed_oldest_at: null, observed_count: null } };
}

/** `--name value` and `--name=value`. */
function options(words: readonly string[]): [name: string, value: string][] {
  return words.flatMap((word, index): [string, string][] => {
    if (!word.startsWith('-')) return [];
    const [name = '', ...rest] = word.split('=');
    return [[name, rest.length > 0 ? rest.join('=') : (words[index + 1] ?? '')]];
  });
}

function daysOf(text: string): number | null {
  const [, count = '', unit = ''] = /^(\d{1,6})([Hdwmy])$/.exec(text) ?? [];
  const days = Math.floor(Number(count) * (DAYS[unit] ?? 0));
  return days > 0 ? days : null;
}

function patternOf(words: readonly string[]): string | null {
  for (const [name, value] of options(words)) {
    if (name === '--prefix' || name === '-P') return `sh:${value}*`.slice(0, PATTERN_LENGTH_MAX);
    if (name === '--glob-archives') return `sh:${value}`.slice(0, PATTERN_LENGTH_MAX);
    if (name === '--match-archives' || name === '-a') return value.slice(0, PATTERN_LENGTH_MAX);
  }
  return null;
}
