import type { AgentReport } from '@/contract/report';
import { visibleLines, visibleText } from '@/domain/text/visible-text';

/**
 * A report in which nothing hides: what is kept of it, and every page, file, mail and log line made of that, can be looked at
 * safely. Messages keep their lines. The raw report keeps the exact bytes.
 */
export function visibleReport(said: AgentReport): AgentReport {
  return visible(said, '') as AgentReport;
}

function visible(value: unknown, key: string): unknown {
  if (typeof value === 'string') return key === 'message' ? visibleLines(value) : visibleText(value);
  if (Array.isArray(value)) return value.map((one) => visible(one, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, visible(one, name)]));
}
