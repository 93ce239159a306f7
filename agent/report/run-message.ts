import type { AgentRun } from '@/contract/report';
import { readResticLines } from '@/agent/collectors/restic/restic-output';
import type { Redact } from '@/agent/redact';
import { endOf } from '@/agent/report/shorten';

/** The end of what a backup wrote to stderr, in words; null when it went well. */
export function runMessage(stderr: string, status: AgentRun['status'], redact: Redact): string | null {
  if (status === 'success') return null;
  return endOf(redact(readResticLines(stderr).texts.join('\n')).trim()) || null;
}
