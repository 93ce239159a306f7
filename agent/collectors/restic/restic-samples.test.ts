import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { agentRun, recoveryPoint, verification } from '@/contract/report';
import { hideCredentials } from '@/agent/redact';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { verificationOf } from './restic-check';
import { readResticCommand } from './restic-command-line';
import { resticJobKey } from './restic-job';
import { lockIds } from './restic-locks';
import { readResticDocument, readResticVersion } from './restic-output';
import { pointsOf, snapshotListing } from './restic-points';
import { problemOf } from './restic-problem';
import { readBackupResult } from './restic-run';

/** Real outputs of real versions; `UPDATE_GOLDEN=1` writes what we make of them, to be read before it is kept. */
const SAMPLES_DIR = path.resolve(import.meta.dirname, '../../../test/samples');
const VERSIONS = ['restic-0.14.0', 'restic-0.18.0', 'restic-rest-server-0.13'];
/** Commands that the agent never gives and that say nothing a report has room for. */
const WITHOUT_MEANING =
  /\b(restore|ls|find|diff|dump|init|unlock|features|list keys|help|rest-server|curl|wget|key list|metrics|DELETE)\b|--mode (restore-size|files-by-contents)|python|printf|--help|snapshots-plain/;

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
      hasTimedOut: exitCode === 124,
      startError: null,
      stdout: rest.slice(0, separator),
      stderr: rest.slice(separator + '--- stderr ---\n'.length),
      startedAt,
      endedAt: new Date(startedAt.getTime() + Number(field('seconds')) * 1000),
    },
  };
}

/** What the agent would report of it; null when there is nothing to report. */
function collectSample({ name, command, outcome }: Sample): unknown {
  if (/ list locks/.test(command) && outcome.exitCode === 0) return { locks: lockIds(outcome.stdout) };
  if (/ check( |$|;)/.test(command)) return collectCheck(command, outcome);
  if (WITHOUT_MEANING.test(`${command}\n${name}`)) return null;
  if (/ (backup|forget|prune)( |$)/.test(command)) return collectRun(command, outcome);
  const problem = problemOf(outcome, hideCredentials);
  if (problem) return { problem };
  if (/restic version/.test(command)) return { version: readResticVersion(outcome.stdout) };
  if (/ cat config/.test(command)) return { config: JSON.parse(outcome.stdout) as unknown };
  if (/--mode raw-data/.test(command)) return { stats: JSON.parse(outcome.stdout) as unknown };
  return { points: collectPoints(outcome.stdout) };
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
  const result = readBackupResult({ ...outcome, signal: null });
  const run = agentRun.parse({
    ...result.run,
    run_key: 'run-of-the-sample',
    job_key: 'job-of-the-sample',
    kind: readResticCommand(command.slice(command.indexOf('restic -r')).split(' '), {})?.kind ?? 'backup',
  });
  return { run, snapshotId: result.snapshotId, missingPaths: result.missingPaths };
}

describe.each(VERSIONS)('%s', (version) => {
  const names = fs
    .readdirSync(path.join(SAMPLES_DIR, version))
    .filter((file) => file.endsWith('.txt'))
    .map((file) => file.slice(0, -4));

  test.each(names)('%s becomes its golden JSON', (name) => {
    const sample = readSample(version, name);
    const collected = collectSample(sample);
    const goldenFile = path.join(SAMPLES_DIR, version, `${name}.golden.json`);
    if (process.env['UPDATE_GOLDEN'] === '1' && collected !== null)
      fs.writeFileSync(goldenFile, `${JSON.stringify(collected, null, 2)}\n`);
    expect(collected).toEqual(
      fs.existsSync(goldenFile) ? JSON.parse(fs.readFileSync(goldenFile, 'utf8')) : null,
    );
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
