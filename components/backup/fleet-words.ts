import { findingText, whyText } from '@/domain/protection/sentence';
import { STATUSES } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { sentenceCase } from '@/domain/text/sentence-case';
import { wordsIn } from '../format/words';
import type { FleetClientRow, FleetSystemRow } from './fleet-table';

/** The reason in a clause: what the greatest cause is, and how many systems it concerns. */
export function clientWhy(
  row: Pick<FleetClientRow, 'status' | 'counts' | 'laggingSince' | 'reason' | 'timeZone'>,
  now: Instant,
): string {
  const words = wordsIn(row.timeZone, now);
  const total = STATUSES.reduce((sum, status) => sum + row.counts[status], 0);
  if (row.status === null) return 'Nothing is connected yet';
  if (row.laggingSince) return `Holdfast is behind since ${words.formatInstant(row.laggingSince.getTime())}`;
  if (row.status === 'compliant') return total === 1 ? 'Its one system passes' : `All ${total} systems pass`;
  if (!row.reason) return `Nothing was ever heard of ${counted(row.counts[row.status], 'system')}`;
  const { cause, verdict, systemName } = row.reason;
  const systems = cause?.systemCount ?? row.counts[row.status];
  const isDigit =
    cause === null || cause.finding.detail.kind === 'digit' || cause.finding.detail.kind === 'age';
  const text = isDigit ? whyText(verdict, words) : findingText(cause.finding, words);
  return sentenceCase(systems > 1 ? `${text}: ${counted(systems, 'system')}` : `${systemName}: ${text}`);
}

/** A system's reason in a clause. */
export function systemWhy(
  system: Pick<FleetSystemRow, 'verdict' | 'laggingSince'>,
  timeZone: string,
  now: Instant,
): string {
  const words = wordsIn(timeZone, now);
  if (system.laggingSince)
    return `Holdfast is behind since ${words.formatInstant(system.laggingSince.getTime())}`;
  return sentenceCase(system.verdict ? whyText(system.verdict, words) : 'nothing was ever heard of it');
}
