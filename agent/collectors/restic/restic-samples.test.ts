import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { agentRun, recoveryPoint, verification } from '@/contract/report';
import { jobKeyOf } from '@/agent/collectors/job-stream';
import { hideCredentials } from '@/agent/redact';
import { runMessage } from '@/agent/report/run-message';
import { goldenOf, readSample, sampleNames, type ToolSample } from '@/agent/testing/tool-sample';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { verificationOf } from './restic-check';
import { readResticCommand } from './restic-command-line';
import { lockIds } from './restic-locks';
import { readResticDocument, readResticLines, readResticVersion } from './restic-output';
import { pointsOf, snapshotListing } from './restic-points';
import { problemOf } from './restic-problem';
import { formatName, readResticConfig, readStoredBytes } from './restic-repository';
import { readResticResult } from './restic-run';

const VERSIONS = ['restic-0.14.0', 'restic-0.18.0', 'restic-rest-server-0.13'];
const REPOSITORY_KEY = 'repository-of-the-sample';

/** What the agent reports of it. */
function collectSample({ command, outcome }: ToolSample): unknown {
  if (/ list locks/.test(command)) return { locks: lockIds(outcome.stdout) };
  if (/ check( |$|;)/.test(command)) return collectCheck(command, outcome);
  if (/ (backup|forget|prune)( |$)/.test(command)) return collectRun(command, outcome);
  const problem = problemOf(outcome, hideCredentials);
  if (problem) return { problem };
  if (/restic version/.test(command)) return { version: readResticVersion(outcome.stdout) };
  if (/ cat config/.test(command)) return collectConfig(outcome.stdout);
  if (/--mode raw-data/.test(command)) return { bytes: readStoredBytes(outcome.stdout) };
  return { points: collectPoints(outcome.stdout) };
}

function collectConfig(stdout: string): unknown {
  const config = readResticConfig(stdout);
  return config && { repository_key: config.id, tool_format: formatName(config) };
}

function collectPoints(stdout: string): unknown {
  const grouped = z.array(z.object({ snapshots: z.array(z.unknown()) })).safeParse(JSON.parse(stdout)).data;
  const listing = grouped?.length ? JSON.stringify(grouped.flatMap((group) => group.snapshots)) : stdout;
  const snapshots = readResticDocument(snapshotListing, listing);
  if (!snapshots) throw new Error('the listing is not understood');
  return pointsOf(snapshots, REPOSITORY_KEY, []).map((point) => recoveryPoint.parse(point));
}

function collectCheck(command: string, outcome: ProgramOutcome): unknown {
  const depth =
    /--read-data-subset=(\S+)/.exec(command)?.[1] ?? (command.includes('--read-data') ? 'all' : 'structure');
  return {
    verification: verification.parse(verificationOf(outcome, REPOSITORY_KEY, depth, hideCredentials)),
  };
}

function collectRun(command: string, outcome: ProgramOutcome): unknown {
  const kind =
    readResticCommand(command.slice(command.indexOf('restic -r')).split(' '), {})?.kind ?? 'backup';
  const { run: told, pointId, ...result } = readResticResult(outcome, kind);
  const run = agentRun.parse({
    ...told,
    kind,
    run_key: 'run-of-the-sample',
    job_key: 'job-of-the-sample',
    message: runMessage(readResticLines(outcome.stderr).texts, told.status, hideCredentials),
  });
  return { run, snapshotId: pointId, ...result };
}

describe.each(VERSIONS)('%s', (version) => {
  const { read, golden } = sampleNames(version);

  test.each(read)('%s becomes its golden JSON', (name) => {
    const collected = collectSample(readSample(version, name));
    expect(collected).toEqual(goldenOf(version, name, collected));
  });

  test('has no golden JSON of what is never read', () => {
    expect(golden).toEqual(read);
  });
});

describe('the key of a job', () => {
  test('is the same for every order of the paths, and never longer than 200 characters', () => {
    expect(jobKeyOf({ tool: 'restic', host: 'a', paths: ['/b', '/a'] })).toBe(
      jobKeyOf({ tool: 'restic', host: 'a', paths: ['/a', '/b'] }),
    );
    const long = Array.from({ length: 50 }, (_, index) => `/srv/a-long-folder-name/${index}`);
    expect(jobKeyOf({ tool: 'restic', host: 'a', paths: long })).toHaveLength(200);
    expect(jobKeyOf({ tool: 'restic', host: 'a', paths: long })).not.toBe(
      jobKeyOf({ tool: 'restic', host: 'a', paths: long.slice(1) }),
    );
  });
});
