import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentReport, agentRun, recoveryPoint } from '@/contract/report';
import { loadConfig } from '@/agent/config/agent-config';
import { installAgent } from '@/agent/testing/agent-program';
import { hideCredentials } from '@/agent/redact';
import { goldenOf, readSample, sampleNames } from '@/agent/testing/tool-sample';
import { collectWsb } from './collect-wsb';
import { collectionOf, readWsbDocument } from './wsb-document';
import { POWERSHELL_ARGUMENTS } from './wsb-script';

const SAMPLES = 'windows-server-backup';

/** What the agent reports of it; of a command that failed, see below. */
function collectSample(name: string): unknown {
  const { stdout, exitCode } = readSample(SAMPLES, name).outcome;
  const told = exitCode === 0 ? readWsbDocument(stdout, hideCredentials) : null;
  if (!told) return { told };
  const {
    repositories,
    recovery_points: points,
    runs,
    completeFor,
  } = collectionOf(told, 'SRV-DC01', new Map());
  return {
    completeFor,
    repositories,
    points: points.map((one) => recoveryPoint.parse(one)),
    runs: runs.map((one) => agentRun.parse(one)),
  };
}

const statesOf = (name: string): unknown => {
  const told = readWsbDocument(readSample(SAMPLES, name).outcome.stdout, hideCredentials);
  return told && collectionOf(told, 'h', new Map()).recovery_points.map(({ state }) => state);
};

const collectNow = (program: string, repositories: Record<string, string> = {}) =>
  collectWsb({
    settings: { powershell: program },
    limits: { command_seconds: 10 },
    env: { PATH: process.env['PATH'] },
    memory: { repositories },
  });

describe('windows-server-backup, by hand from documentation', () => {
  const { read, golden } = sampleNames(SAMPLES);

  test.each(read)('%s becomes its golden JSON', (name) => {
    const collected = collectSample(name);
    expect(collected).toEqual(goldenOf(SAMPLES, name, collected));
  });

  test('has no golden JSON of what is never read', () => {
    expect(golden).toEqual(read);
  });

  test('takes for whole only what a job or the summary calls good', () => {
    expect(statesOf('ok')).toEqual(['complete', 'complete', 'unknown']);
    expect(statesOf('partial')).toEqual(['partial']);
    expect(statesOf('failed')).toEqual(['complete']);
  });
});

describe('PowerShell', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-wsb-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** Stands in for PowerShell, and prints what the sample holds. */
  function powershell(name: string): string {
    const { stdout, stderr, exitCode } = readSample(SAMPLES, name).outcome;
    fs.writeFileSync(path.join(folder, 'out'), stdout);
    fs.writeFileSync(path.join(folder, 'err'), stderr);
    const file = path.join(folder, 'powershell');
    const lines = [
      `printf '%s\\n' "$@" > ${folder}/args`,
      `cat ${folder}/out`,
      `cat ${folder}/err >&2`,
      `exit ${exitCode}`,
    ];
    fs.writeFileSync(file, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
    return file;
  }

  test('is given a script that only reads, without a word of the configuration', () => {
    const script = Buffer.from(POWERSHELL_ARGUMENTS.at(-1) ?? '', 'base64').toString('utf16le');
    const cmdlets = [...script.matchAll(/\b([A-Z]\w+-WB\w+)/g)].map(([, name]) => name);
    expect(cmdlets).toEqual(['Get-WBSummary', 'Get-WBBackupSet', 'Get-WBJob']);
    expect(POWERSHELL_ARGUMENTS).toContain('-NonInteractive');
  });

  test.each([
    ['not-installed', 'tool_missing'],
    ['denied', 'permission'],
    ['cut-off', 'unsupported_version'],
  ])('that says %s puts its targets out of sight, and tells no point', async (name, code) => {
    const { learnt } = await collectNow(powershell('ok'));
    const { collection } = await collectNow(powershell(name), learnt.repositories);
    expect(collection).toMatchObject({ completeFor: [], recovery_points: [], runs: [] });
    expect(collection.repositories.map((one) => [one.location, one.reachable, one.problem?.code])).toEqual([
      ['SRV-DC01 2026_10_18 13:54 DISK_01', false, code],
      [String.raw`\\nas01\wsb`, false, code],
    ]);
  });

  test('that is not there is told as that', async () => {
    const { collection } = await collectNow(path.join(folder, 'none'));
    expect(collection.repositories).toMatchObject([
      { location: 'Windows Server Backup', problem: { code: 'tool_missing' } },
    ]);
  });

  test('that knows no version of a target any more tells an empty listing of it', async () => {
    const { learnt } = await collectNow(powershell('ok'));
    const { collection } = await collectNow(powershell('never'), learnt.repositories);
    expect(collection.completeFor).toHaveLength(2);
    expect(collection.recovery_points).toEqual([]);
  });

  test('is asked by `collect --tool windows-server-backup`, and its report keeps the contract', async () => {
    const agent = await installAgent();
    try {
      const file = path.join(folder, 'agent.jsonc');
      fs.writeFileSync(file, JSON.stringify({ windows_server_backup: { powershell: powershell('ok') } }));
      expect(loadConfig(file).windows_server_backup).toBeDefined();
      for (const args of [['--tool', 'windows-server-backup'], []]) {
        const { stdout, stderr } = await agent.run(['collect', ...args, '--json'], { HOLDFAST_CONFIG: file });
        expect(stderr).toBe('');
        expect(agentReport.parse(JSON.parse(stdout))).toMatchObject({
          source: { adapter: 'windows-server-backup' },
          runs: [{ status: 'success' }],
        });
      }
    } finally {
      agent.remove();
    }
  });
});
