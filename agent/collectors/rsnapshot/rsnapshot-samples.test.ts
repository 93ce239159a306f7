import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recoveryPoint } from '@/contract/report';
import { runOfSample } from '@/agent/testing/run-of-sample';
import { goldenOf, readSample, sampleNames, type ToolSample } from '@/agent/testing/tool-sample';
import { readRsnapshotLog, type RsnapshotRun } from './rsnapshot-log';
import { rsnapshotPoints, type RsnapshotFolder } from './rsnapshot-points';

const VERSION = 'rsnapshot-1.4.5';
const CONFIG = '/srv/backup-lab/work/rsnapshot/r.conf';

/** What the agent reports of it. */
function collectSample({ name, command, outcome }: ToolSample): unknown {
  if (name === 'log') return { runs: runsIn(outcome.stdout) };
  if (name === 'list') {
    const folders = foldersIn(outcome.stdout);
    const points = (runs: readonly RsnapshotRun[]) =>
      rsnapshotPoints({ folders, runs, written: null }, 'rsnapshot:h:/root', []).points.map((point) =>
        recoveryPoint.parse(point),
      );
    return { without_log: points([]), with_log: points(runsIn(readSample(VERSION, 'log').outcome.stdout)) };
  }
  const [words = ''] = command.slice(command.lastIndexOf('rsnapshot -c')).split(';');
  return runOfSample(words, outcome);
}

const runsIn = (log: string): RsnapshotRun[] => readRsnapshotLog(log, (words) => words.includes(CONFIG));

/** The sample is what `stat` says of the snapshot root. */
function foldersIn(stdout: string): RsnapshotFolder[] {
  return [...stdout.matchAll(/\/(\w+)\.(\d+) (\S+ \S+) \+0000$/gm)].map(([, interval = '', number, at]) => ({
    interval,
    number: Number(number),
    changedAt: new Date(`${at?.replace(' ', 'T').slice(0, 23)}Z`),
    held: [{ host: 'srv-files01', paths: ['/srv/backup-lab/work/src/docs'] }],
  }));
}

describe('the recorded output of rsnapshot-1.4.5', () => {
  const { read, golden } = sampleNames(VERSION);
  const zone = process.env['TZ'];
  // The log of the sample was written in UTC; rsnapshot says nowhere in which zone it writes.
  beforeAll(() => {
    process.env['TZ'] = 'UTC';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test.each(read)('%s becomes its golden JSON', (name) => {
    const collected = collectSample(readSample(VERSION, name));
    expect(collected).toEqual(goldenOf(VERSION, name, collected));
  });

  test('has no golden JSON of what is never read', () => {
    expect(golden).toEqual(read);
  });
});
