import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { agentReport, REPORT_SCHEMA_VERSION, type AgentReport } from '@/contract/report';
import { AGENT_VERSION } from '@/agent/agent-version';
import type { Collection } from '@/agent/report/collection';

/** Who speaks. */
export interface Speaker {
  id: string;
  name: string;
  clockOffsetMilliseconds: number | null;
}

/** A report without its place in the stream; the spool gives it epoch and sequence. */
export type UnnumberedReport = Omit<AgentReport, 'epoch' | 'sequence' | 'previous_report_sha256'>;

/** Stands for a machine that is not enrolled, in what `collect` prints. */
export const NOBODY_ID = '00000000-0000-0000-0000-000000000000';

/** Puts what was found into a report. */
export function makeReport(
  found: Collection,
  toolVersion: string | null,
  speaker: Speaker,
  generatedAt: Date,
): UnnumberedReport {
  const { completeFor, ...lists } = found;
  return {
    schema_version: REPORT_SCHEMA_VERSION,
    report_id: randomUUID(),
    generated_at: generatedAt.toISOString(),
    scope: { complete_for: completeFor },
    agent: {
      id: speaker.id,
      name: speaker.name,
      version: AGENT_VERSION,
      os: operatingSystem(),
      hostname: os.hostname(),
      boot_id: bootId(),
      clock_offset_ms: speaker.clockOffsetMilliseconds,
    },
    source: { adapter: adapterName(found), adapter_version: AGENT_VERSION, tool_version: toolVersion },
    ...lists,
  };
}

/** The tools that were read; a run of something else has none. */
function adapterName({ repositories }: Collection): string {
  return [...new Set(repositories.map(({ tool }) => tool))].toSorted().join('+') || 'command';
}

/**
 * Gives a report its number and proves that it keeps the contract.
 * @throws ZodError when it does not: our own mistake
 */
export function numberReport(
  report: UnnumberedReport,
  place: Pick<AgentReport, 'epoch' | 'sequence' | 'previous_report_sha256'>,
): AgentReport {
  return agentReport.parse({ ...report, ...place });
}

export function operatingSystem(): string {
  const release = readIfPossible('/etc/os-release');
  const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(release ?? '')?.[1];
  return (name ?? `${os.type()} ${os.release()}`).slice(0, 200);
}

function bootId(): string | null {
  return readIfPossible('/proc/sys/kernel/random/boot_id')?.trim() || null;
}

function readIfPossible(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
