import { describe, expect, test } from 'vitest';
import { agentRun, recoveryPoint, verification } from '@/contract/report';
import { readBackupCommand, readBackupResult, stderrTexts, toolOf } from '@/agent/collectors/backup-command';
import { hideCredentials } from '@/agent/redact';
import { runMessage } from '@/agent/report/run-message';
import { goldenOf, readSample, sampleNames, type ToolSample } from '@/agent/testing/tool-sample';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { borgVerificationOf } from './borg-check';
import { readBorgDocument, readBorgVersion } from './borg-output';
import { borgListing, borgPointsOf } from './borg-points';
import { borgProblemOf } from './borg-problem';
import { borgEncryption, readBorgBytes } from './borg-repository';

const VERSIONS = ['borg-1.2.4', 'borg-1.4.0', 'borgmatic-1.7.7', 'borgmatic-1.9.14'];

/** What the agent reports of it. */
function collectSample({ command, outcome }: ToolSample): unknown {
  if (/borgmatic -c/.test(command))
    return collectRun(command.slice(command.lastIndexOf('borgmatic -c')).split(' '), outcome);
  if (/ check /.test(command)) return collectCheck(command, outcome);
  if (/ (create|prune) /.test(command) && !/; ?borg info|&& borg/.test(command))
    return collectRun(command.slice(command.indexOf('borg ')).split(' '), outcome);
  const problem = borgProblemOf(outcome, hideCredentials);
  if (problem) return { problem };
  if (/borg --version/.test(command)) return { version: readBorgVersion(outcome.stdout) };
  if (/ info /.test(command)) return { bytes: readBorgBytes(outcome.stdout) };
  return collectListing(outcome.stdout);
}

function collectListing(stdout: string): unknown {
  const listing = readBorgDocument(borgListing, stdout);
  if (!listing) throw new Error('the listing is not understood');
  return {
    repository_key: listing.repository.id,
    encryption: borgEncryption(listing.encryption.mode),
    points: borgPointsOf(listing, []).map((point) => recoveryPoint.parse(point)),
  };
}

function collectCheck(command: string, outcome: ProgramOutcome): unknown {
  const depth = command.includes('--verify-data') ? 'all' : 'structure';
  return {
    verification: verification.parse(
      borgVerificationOf(outcome, 'repository-of-the-sample', depth, hideCredentials),
    ),
  };
}

function collectRun(words: readonly string[], outcome: ProgramOutcome): unknown {
  const command = readBackupCommand(words, {});
  const { run: told, ...result } = readBackupResult(command, outcome);
  const texts = stderrTexts(toolOf(command, outcome), outcome.stderr);
  const run = agentRun.parse({
    ...told,
    kind: command?.kind ?? 'backup',
    run_key: 'run-of-the-sample',
    job_key: 'job-of-the-sample',
    message: runMessage(texts, told.status, hideCredentials),
  });
  return { run, ...result };
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
