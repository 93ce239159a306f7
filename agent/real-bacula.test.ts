import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentReport, type AgentReport } from '@/contract/report';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { BACULA_PASSWORD, startBacula, type BaculaLab } from './testing/bacula-lab';

const hasBacula = ['bacula-dir', 'bacula-fd', 'bacula-sd', 'bconsole', 'sqlite3'].every((program) =>
  requireTool(program, ['-?']),
);

/** Job, level and state of each point. */
const statesOf = ({ recovery_points: points }: AgentReport) =>
  points.map(({ point_key: key, state, level }) => [key.replace(/^\d+:(\w+)\..*$/s, '$1'), level, state]);

const hashOf = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

describe.skipIf(!hasBacula)('the catalogue of a real Bacula, whose director lives in New York', () => {
  let folder: string;
  let agent: AgentProgram;
  let lab: BaculaLab;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hf-bacula-'));
    agent = await installAgent();
    lab = await startBacula(folder, 'America/New_York');
    lab.console('run job=BackupDocs yes', 'wait');
    fs.appendFileSync(path.join(lab.source, 'doc7.txt'), 'more\n');
    lab.console('run job=BackupDocs level=Incremental yes', 'wait');
    for (const job of ['BackupDocs level=Incremental', 'BackupMissing', 'BackupScript', 'BackupOther'])
      lab.console(`run job=${job} yes`, 'wait');
  }, 120_000);
  afterAll(async () => {
    await lab.stop();
    agent.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function collectNow(): Promise<AgentReport> {
    const args = ['collect', '--tool', 'bacula', '--repo', lab.catalogue, '--json'];
    const { stdout, stderr } = await agent.run(args);
    expect(stderr).toBe('');
    expect(stdout).not.toContain(BACULA_PASSWORD);
    return agentReport.parse(JSON.parse(stdout));
  }

  test('says how jobs ended and what lies on volumes, and nothing of it changes', async () => {
    const before = hashOf(lab.catalogue);
    const report = await collectNow();
    expect(hashOf(lab.catalogue)).toBe(before);
    expect(statesOf(report)).toEqual([
      ['BackupOther', 'full', 'complete'],
      ['BackupMissing', 'full', 'partial'],
      ['BackupDocs', 'incremental', 'complete'],
      ['BackupDocs', 'incremental', 'complete'],
      ['BackupDocs', 'full', 'complete'],
    ]);
    expect(report.runs.map(({ job_name: name, status }) => [name, status])).toEqual([
      ['BackupOther', 'success'],
      ['BackupScript', 'failed'],
      ['BackupMissing', 'warning'],
      ['BackupDocs', 'success'],
      ['BackupDocs', 'success'],
      ['BackupDocs', 'success'],
    ]);
    expect(report.repositories).toMatchObject([
      { tool: 'bacula', location: 'storage Disk', reachable: true },
    ]);
    for (const { taken_at: at } of report.recovery_points)
      expect(Math.abs(Date.now() - Date.parse(at)), 'in UTC, not in New York').toBeLessThan(180_000);
  });

  test('knows no point of a volume that was purged or deleted, nor of files that were purged', async () => {
    lab.console('purge volume=Other-0002', 'purge files jobid=4');
    expect(statesOf(await collectNow())).toEqual([
      ['BackupDocs', 'incremental', 'complete'],
      ['BackupDocs', 'incremental', 'complete'],
      ['BackupDocs', 'full', 'complete'],
    ]);
    lab.console('delete volume=Default-0001 yes');
    expect(
      (await collectNow()).recovery_points.filter(({ state }) => state === 'complete'),
      'the increment that had nothing to store is left in the catalogue',
    ).toEqual([]);
  });
});
