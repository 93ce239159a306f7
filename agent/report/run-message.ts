import type { AgentRun } from '@/contract/report';
import type { Redact } from '@/agent/redact';
import { endOf } from '@/agent/report/shorten';

/**
 * The end of what a backup wrote to stderr, in words; null when it went well.
 * @param texts its lines, without what only tells the progress
 */
export function runMessage(
  texts: readonly string[],
  status: AgentRun['status'],
  redact: Redact,
): string | null {
  if (status === 'success') return null;
  return endOf(redact(texts.join('\n')).trim()) || null;
}
