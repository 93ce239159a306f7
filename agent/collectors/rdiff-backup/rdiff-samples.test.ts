import { describe, expect, test } from 'vitest';
import { recoveryPoint } from '@/contract/report';
import { readStatistics } from '@/agent/collectors/session-statistics';
import { hideCredentials } from '@/agent/redact';
import { runOfSample } from '@/agent/testing/run-of-sample';
import { goldenOf, readSample, sampleNames, type ToolSample } from '@/agent/testing/tool-sample';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import type { RdiffFolder } from './rdiff-folder';
import { secondIn } from './rdiff-folder';
import { readRdiffListing, readRdiffVersion, type RdiffIncrement } from './rdiff-listing';
import { lostSources, rdiffPoints } from './rdiff-points';
import { rdiffProblemOf } from './rdiff-problem';

const VERSION = 'rdiff-backup-2.2.2';
const STREAM = { tool: 'rdiff-backup', host: 'srv-files01', paths: ['/srv/docs'] } as const;

/** What the agent reports of it. */
function collectSample({ name, command, outcome }: ToolSample): unknown {
  if (name === 'version') return { version: readRdiffVersion(outcome.stdout) };
  if (name === 'session-statistics') {
    const folder = folderIn(outcome.stdout);
    const increments = folder.seconds.map((second) => ({
      takenAt: new Date(second * 1000).toISOString(),
      sizeBytes: null,
    }));
    return collectListing(increments, folder);
  }
  if (/ (backup|restore) /.test(command)) return collectRun(command, outcome);
  const problem = rdiffProblemOf(outcome, hideCredentials);
  if (problem) return { problem };
  const increments = readRdiffListing(outcome.stdout);
  if (!increments) throw new Error('the listing is not understood');
  return collectListing(increments, name === 'list-increments' ? folderOfSample() : null);
}

function collectListing(increments: readonly RdiffIncrement[], folder: RdiffFolder | null): unknown {
  const backups = { increments, folder, stream: STREAM };
  return {
    points: rdiffPoints(backups, 'rdiff-backup:h:/repo', []).points.map((one) => recoveryPoint.parse(one)),
    problems: lostSources(backups, 'job-of-the-sample'),
  };
}

const folderOfSample = (): RdiffFolder => folderIn(readSample(VERSION, 'session-statistics').outcome.stdout);

/** The sample lists the folder, and then the statistics of each session. */
function folderIn(stdout: string): RdiffFolder {
  const seconds = stdout.split('\n').flatMap((name) => secondIn(name, 'session_statistics') ?? []);
  const texts = stdout.split(/^(?=StartTime )/m).slice(1);
  return {
    seconds,
    sessions: new Map(seconds.map((second, index) => [second, readStatistics(texts[index] ?? '')])),
    unfinishedSecond: null,
    sourcePath: null,
    lock: null,
  };
}

function collectRun(command: string, outcome: ProgramOutcome): unknown {
  const [words = ''] = command.slice(command.indexOf('rdiff-backup --api-version')).split(';');
  return runOfSample(words, outcome);
}

describe('the recorded output of rdiff-backup-2.2.2', () => {
  const { read, golden } = sampleNames(VERSION);

  test.each(read)('%s becomes its golden JSON', (name) => {
    const collected = collectSample(readSample(VERSION, name));
    expect(collected).toEqual(goldenOf(VERSION, name, collected));
  });

  test('has no golden JSON of what is never read', () => {
    expect(golden).toEqual(read);
  });
});
