import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { agentRun, recoveryPoint, verification } from '@/contract/report';
import { hideCredentials } from '@/agent/redact';
import { runMessage } from '@/agent/report/run-message';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { verificationOf } from './restic-check';
import { readResticCommand } from './restic-command-line';
import { resticJobKey } from './restic-job';
import { lockIds } from './restic-locks';
import { readResticDocument, readResticVersion } from './restic-output';
import { pointsOf, snapshotListing } from './restic-points';
import { problemOf } from './restic-problem';
import { formatName, readResticConfig, readStoredBytes } from './restic-repository';
import { readResticResult } from './restic-run';

/** Real outputs of real versions; `UPDATE_GOLDEN=1` writes what we make of them, to be read before it is kept. */
const SAMPLES_DIR = path.resolve(import.meta.dirname, '../../../test/samples');
const VERSIONS = ['restic-0.14.0', 'restic-0.18.0', 'restic-rest-server-0.13'];
/** Outputs that no report has room for; the list says of each why. */
const NEVER_READ = new Set(
  [...fs.readFileSync(path.join(SAMPLES_DIR, 'README.md'), 'utf8').matchAll(/^- `([a-z0-9./-]+)`: /gm)].map(
    ([, name]) => name,
  ),
);

const REPOSITORY_KEY = 'repository-of-the-sample';

interface Sample {
  name: string;
  command: string;
  outcome: ProgramOutcome;
}

function readSample(version: string, name: string): Sample {
  const text = fs.readFileSync(path.join(SAMPLES_DIR, version, `${name}.txt`), 'utf8');
  const [head = '', rest = ''] = text.split('--- stdout ---\n', 2);
  const separator = rest.indexOf('--- stderr ---');
  const field = (key: string): string => new RegExp(`^# ${key}: (.*)$`, 'm').exec(head)?.[1] ?? '';
  const startedAt = new Date(field('ran_at'));
  const exitCode = Number(field('exit_code'));
  return {
    name,
    command: field('command'),
    outcome: {
      exitCode: exitCode === 124 ? null : exitCode,
      signal: exitCode === 124 ? 'SIGTERM' : null,
      hasTimedOut: exitCode === 124,
      startError: null,
      stdout: rest.slice(0, separator),
      stderr: rest.slice(separator + '--- stderr ---\n'.length),
      startedAt,
      endedAt: new Date(startedAt.getTime() + Number(field('seconds')) * 1000),
    },
  };
}

/** What the agent reports of it. */
function collectSample({ command, outcome }: Sample): unknown {
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
  const { run: told, ...result } = readResticResult(outcome, kind);
  const run = agentRun.parse({
    ...told,
    kind,
    run_key: 'run-of-the-sample',
    job_key: 'job-of-the-sample',
    message: runMessage(outcome.stderr, told.status, hideCredentials),
  });
  return { run, ...result };
}

describe.each(VERSIONS)('%s', (version) => {
  const files = fs.readdirSync(path.join(SAMPLES_DIR, version));
  const names = files.filter((file) => file.endsWith('.txt')).map((file) => file.slice(0, -4));

  const isRead = (name: string): boolean => !NEVER_READ.has(name) && !NEVER_READ.has(`${version}/${name}`);

  test.each(names.filter(isRead))('%s becomes its golden JSON', (name) => {
    const collected = collectSample(readSample(version, name));
    const goldenFile = path.join(SAMPLES_DIR, version, `${name}.golden.json`);
    if (process.env['UPDATE_GOLDEN'] === '1')
      fs.writeFileSync(goldenFile, `${JSON.stringify(collected, null, 2)}\n`);
    expect(collected).toEqual(JSON.parse(fs.readFileSync(goldenFile, 'utf8')));
  });

  test('has no golden JSON of what is never read', () => {
    const golden = files.filter((file) => file.endsWith('.golden.json')).map((file) => file.slice(0, -12));
    expect(golden.toSorted()).toEqual(names.filter(isRead).toSorted());
  });
});

describe('the key of a job', () => {
  test('is the same for every order of the paths, and never longer than 200 characters', () => {
    expect(resticJobKey({ host: 'a', paths: ['/b', '/a'] })).toBe(
      resticJobKey({ host: 'a', paths: ['/a', '/b'] }),
    );
    const long = Array.from({ length: 50 }, (_, index) => `/srv/a-long-folder-name/${index}`);
    expect(resticJobKey({ host: 'a', paths: long })).toHaveLength(200);
    expect(resticJobKey({ host: 'a', paths: long })).not.toBe(
      resticJobKey({ host: 'a', paths: long.slice(1) }),
    );
  });
});
