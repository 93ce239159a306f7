import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recoveryPoint } from '@/contract/report';
import { hideCredentials } from '@/agent/redact';
import { runOfSample } from '@/agent/testing/run-of-sample';
import { goldenOf, readSample, sampleNames, type ToolSample } from '@/agent/testing/tool-sample';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { readBarmanBackups, readBarmanServer, readBarmanVersion } from './barman-output';
import { barmanPoints, barmanRetention } from './barman-points';
import { barmanProblemOf } from './barman-problem';
import { readBarmanCommand } from './barman-run';

const VERSION = 'barman-3.4';
const STREAM = { host: 'srv-db01', server: 'main' };

/** What the agent reports of it. */
function collectSample({ name, command, outcome }: ToolSample): unknown {
  if (name === 'version') return { version: readBarmanVersion(outcome.stdout) };
  if (/ (backup|recover|delete) /.test(command)) return collectRun(command, outcome);
  const problem = barmanProblemOf(outcome, hideCredentials);
  if (problem) return { problem };
  if (name === 'show-servers-json') {
    const server = readBarmanServer(outcome.stdout, 'main');
    return { server, retention: server && barmanRetention(server, 'barman:h:main') };
  }
  const backups = readBarmanBackups(outcome.stdout, 'main');
  if (!backups) throw new Error('the listing is not understood');
  return { points: barmanPoints(backups, 'barman:h:main', STREAM).map((one) => recoveryPoint.parse(one)) };
}

function collectRun(command: string, outcome: ProgramOutcome): unknown {
  const [words = ''] = command.slice(command.lastIndexOf('barman -c')).split(/[;"]/);
  return { repo: readBarmanCommand(words.split(' '))?.repo ?? null, ...runOfSample(words, outcome) };
}

describe('the recorded output of barman-3.4', () => {
  const { read, golden } = sampleNames(VERSION);
  const zone = process.env['TZ'];
  // The id of a backup is a time without a zone.
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

  test('an answer that stopped in the middle is no listing', () => {
    expect(readBarmanBackups(readSample(VERSION, 'list-exception').outcome.stdout, 'main')).toBeNull();
  });

  test('nothing of a server is read but where its backups lie and how long they are kept', () => {
    const server = readBarmanServer(
      JSON.stringify({ main: { conninfo: 'host=db password=topsecret1', backup_directory: '/b' } }),
      'main',
    );
    expect(server).toEqual({ backup_directory: '/b' });
  });
});
