import type { ToolName } from '@/agent/config/agent-config';

/** What the reading of a tool was made from. */
export interface ToolReading {
  /** `real-output`: of real runs, recorded in `test/samples`; `documentation`: nobody here has seen the tool say so. */
  confidence: 'real-output' | 'documentation';
  /** The versions whose output that was. */
  versions: string;
}

/** The same in words. */
export const CONFIDENCE_WORDS: Readonly<Record<ToolReading['confidence'], string>> = {
  'real-output': 'real output',
  documentation: 'documentation',
};

/** How sure the agent may be of what it makes of each tool; `docs/agent.md` says the same. */
export const TOOL_READINGS: Readonly<Record<ToolName, ToolReading>> = {
  restic: { confidence: 'real-output', versions: '0.14, 0.18' },
  borg: { confidence: 'real-output', versions: '1.2, 1.4' },
  rsnapshot: { confidence: 'real-output', versions: '1.4.5' },
  'rdiff-backup': { confidence: 'real-output', versions: '2.2.2' },
  duplicity: { confidence: 'real-output', versions: '0.8.22' },
  barman: { confidence: 'real-output', versions: '3.4' },
};
