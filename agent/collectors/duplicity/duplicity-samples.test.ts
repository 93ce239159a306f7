import { describe, expect, test } from 'vitest';
import { recoveryPoint } from '@/contract/report';
import { hideCredentials } from '@/agent/redact';
import { runOfSample } from '@/agent/testing/run-of-sample';
import { goldenOf, readSample, sampleNames, type ToolSample } from '@/agent/testing/tool-sample';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { duplicityPoints } from './duplicity-points';
import { duplicityProblemOf } from './duplicity-problem';
import { readDuplicityStatus, readDuplicityVersion } from './duplicity-status';

const VERSION = 'duplicity-0.8.22';
const STREAM = { tool: 'duplicity', host: 'srv-files01', paths: ['/srv/docs'] } as const;

/** What the agent reports of it. */
function collectSample({ name, command, outcome }: ToolSample): unknown {
  if (name === 'version') return { version: readDuplicityVersion(outcome.stdout) };
  if (name !== 'collection-status-machine') return collectRun(command, outcome);
  const status = readDuplicityStatus(outcome.stdout);
  if (!status) throw new Error('the status is not understood');
  const points = duplicityPoints(status.sets, 'duplicity:h:/repo', STREAM, []);
  return { ...status, points: points.map((one) => recoveryPoint.parse(one)) };
}

function collectRun(command: string, outcome: ProgramOutcome): unknown {
  const [words = ''] = command.slice(command.lastIndexOf('duplicity --archive-dir')).split(/;| \|/);
  const problem = duplicityProblemOf(outcome, hideCredentials)?.code ?? null;
  return { ...runOfSample(words, outcome), problem };
}

describe('the recorded output of duplicity-0.8.22', () => {
  const { read, golden } = sampleNames(VERSION);

  test.each(read)('%s becomes its golden JSON', (name) => {
    const collected = collectSample(readSample(VERSION, name));
    expect(collected).toEqual(goldenOf(VERSION, name, collected));
  });

  test('has no golden JSON of what is never read', () => {
    expect(golden).toEqual(read);
  });

  test.each(['collection-status', 'corrupt-status', 'full', 'no-repo', 'wrong-password'])(
    'the words for people of %s are no listing',
    (name) => {
      const { stdout, stderr } = readSample(VERSION, name).outcome;
      expect(readDuplicityStatus(stdout)).toBeNull();
      expect(readDuplicityStatus(stderr)).toBeNull();
    },
  );
});
