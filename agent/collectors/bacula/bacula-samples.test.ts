import { describe, expect, test } from 'vitest';
import { agentRun, recoveryPoint } from '@/contract/report';
import { hideCredentials } from '@/agent/redact';
import { goldenOf, readSample, sampleNames, type ToolSample } from '@/agent/testing/tool-sample';
import { readRows, storageListing, toolOf, versionListing } from './bacula-catalogue';
import { jobListing, readJobs } from './bacula-jobs';
import { catalogueProblem } from './collect-bacula';

const VERSION = 'bacula-9.6.7';
const CATALOGUE = { tool: 'bacula', key: 'bacula:host-of-the-sample:main' } as const;

/** What the agent reports of it. */
function collectSample({ command, outcome }: ToolSample): unknown {
  const problem = catalogueProblem(outcome, hideCredentials);
  if (problem) return { problem };
  if (/ from Version/.test(command)) {
    const [row] = readRows(versionListing, outcome.stdout) ?? [];
    return row && { tool: toolOf(row.VersionId), version: row.VersionId };
  }
  if (/ from Media/.test(command)) return readRows(storageListing, outcome.stdout);
  const jobs = readRows(jobListing, outcome.stdout);
  if (!jobs) throw new Error('the listing is not understood');
  const { runs, points } = readJobs(jobs, CATALOGUE, outcome.startedAt);
  return {
    runs: runs.map((one) => agentRun.parse(one)),
    points: points.map((one) => recoveryPoint.parse(one)),
  };
}

describe('bacula-9.6.7', () => {
  const { read, golden } = sampleNames(VERSION);

  test.each(read)('%s becomes its golden JSON', (name) => {
    const collected = collectSample(readSample(VERSION, name));
    expect(collected).toEqual(goldenOf(VERSION, name, collected));
  });

  test('has no golden JSON of what is never read', () => {
    expect(golden).toEqual(read);
  });
});
