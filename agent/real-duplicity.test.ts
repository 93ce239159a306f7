import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agentReport, type AgentReport } from '@/contract/report';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { enrolLikeTheServer, TOKEN } from './testing/enrolling-ingest';
import { startFakeIngest } from './testing/fake-ingest';
import { fingerprintOf } from './testing/fingerprint';
import { nextSecond } from './testing/next-second';
import { toldProblems } from './testing/told-problems';

const PASSPHRASE = 'correct-horse-of-the-test';

describe.skipIf(!requireTool('duplicity', ['--version']))(
  'the agent and real repositories of duplicity',
  () => {
    let agent: AgentProgram;
    let folder: string;
    let source: string;
    /** A full backup and an increment, encrypted. */
    let good: string;
    let repository: string;

    beforeAll(async () => {
      agent = await installAgent();
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-duplicity-test-'));
      source = path.join(folder, 'docs');
      good = path.join(folder, 'good');
      fs.mkdirSync(source);
      fs.writeFileSync(path.join(source, 'file'), 'text');
      backup('full', good, { PASSPHRASE });
      await nextSecond();
      fs.writeFileSync(path.join(source, 'file'), 'changed');
      backup('incr', good, { PASSPHRASE });
    }, 60_000);
    afterAll(() => {
      agent.remove();
      fs.rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(() => {
      repository = fs.mkdtempSync(path.join(folder, 'repository-'));
      fs.cpSync(good, repository, { recursive: true });
    });

    function backup(action: string, to: string, env: Record<string, string>, options: string[] = []): void {
      const archive = ['--archive-dir', path.join(folder, 'archive')];
      const { status } = spawnSync('duplicity', [action, ...archive, ...options, source, `file://${to}`], {
        env: { PATH: process.env['PATH'], HOME: folder, ...env } as never,
        stdio: 'ignore',
      });
      expect(status).toBe(0);
    }

    async function collect(repo: string, env = {}): Promise<AgentReport> {
      const told = await agent.run(['collect', '--tool', 'duplicity', '--repo', repo, '--json'], env);
      expect(told).toMatchObject({ exitCode: 0, stderr: '' });
      expect(told.stdout).not.toContain(PASSPHRASE);
      return agentReport.parse(JSON.parse(told.stdout));
    }

    test('each backup is a point; no pass phrase is needed to list them', async () => {
      const report = await collect(`file://${repository}`);
      expect(report.recovery_points).toMatchObject([
        { state: 'complete', level: 'incremental', encrypted: true, verified_depth: 'none' },
        { state: 'complete', level: 'full', encrypted: true },
      ]);
      for (const { taken_at: at } of report.recovery_points)
        expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(120_000);
      expect(report.repositories).toMatchObject([
        {
          location: repository,
          location_kind: 'local',
          reachable: true,
          problem: null,
          encryption: { value: true, source: 'tool_reported' },
        },
      ]);
      expect(report.scope.complete_for).toEqual([
        `recovery_points:${report.repositories[0]?.repository_key}`,
      ]);
      expect(report.source.tool_version).toMatch(/^\d/);
      expect(toldProblems(report)).toEqual([]);
      const elsewhere = await collect(`file://${repository}`, { TZ: 'America/New_York' });
      expect(elsewhere.recovery_points).toEqual(report.recovery_points);
    });

    test('reading changes no byte and no time, and leaves nothing behind', async () => {
      const temporary = fs.mkdtempSync(path.join(folder, 'tmp-'));
      const before = fingerprintOf(repository);
      await collect(`file://${repository}`, { TMPDIR: temporary });
      expect(fingerprintOf(repository)).toBe(before);
      expect(fs.readdirSync(temporary)).toEqual([]);
      expect(fs.existsSync(path.join(agent.folder, '.cache'))).toBe(false);
    });

    test('a repository that is gone is missing, and is not made anew', async () => {
      const gone = path.join(folder, 'gone');
      const report = await collect(`file://${gone}`);
      expect(report.repositories).toMatchObject([
        { reachable: false, problem: { code: 'repository_missing' } },
      ]);
      expect(report.scope.complete_for).toEqual([]);
      expect(fs.existsSync(gone)).toBe(false);
    });

    test.each([
      ['volume', /^duplicity-full\..*\.difftar/],
      ['manifest', /^duplicity-full\..*\.manifest/],
    ])('a full backup without its %s carries no complete point', async (_name, files) => {
      for (const name of fs.readdirSync(repository))
        if (files.test(name)) fs.rmSync(path.join(repository, name));
      const report = await collect(`file://${repository}`);
      expect(report.recovery_points.filter(({ state }) => state === 'complete')).toEqual([]);
    });

    test('an unencrypted backup is told as what it is', async () => {
      const plain = path.join(folder, 'plain');
      backup('full', plain, {}, ['--no-encryption']);
      const report = await collect(`file://${plain}`);
      expect(report.repositories).toMatchObject([{ encryption: { value: false } }]);
      expect(report.recovery_points).toMatchObject([{ encrypted: false }]);
    });

    test('a password in the address is told to nobody', async () => {
      const report = await collect('rsync://u:hush-hush-hush@127.0.0.1:9/r');
      expect(JSON.stringify(report)).not.toContain('hush');
      expect(report.repositories).toMatchObject([{ location: 'rsync://127.0.0.1:9/r' }]);
      expect(report.repositories[0]?.problem).not.toBeNull();
      expect(report.recovery_points).toEqual([]);
    });

    test('without duplicity, that is what is reported', async () => {
      const report = await collect(`file://${repository}`, { PATH: folder });
      expect(report.repositories).toMatchObject([{ reachable: null, problem: { code: 'tool_missing' } }]);
    });

    test('a run is told with its numbers, and linked to its point', async () => {
      const ingest = await startFakeIngest();
      ingest.otherwise = enrolLikeTheServer(ingest);
      await agent.run(['enrol', ingest.url, TOKEN]);
      const runNow = (from: string) =>
        agent.run(['run', '--job', 'nightly', '--', 'duplicity', 'full', from, `file://${folder}/run`], {
          PASSPHRASE,
        });
      const lastRun = () => ingest.received.at(-1)?.report?.runs[0];
      expect(await runNow(source)).toMatchObject({ exitCode: 0 });
      expect(lastRun()).toMatchObject({
        status: 'success',
        kind: 'backup',
        files: { total: 2, failed: 0 },
        point_keys: [ingest.received.at(-1)?.report?.recovery_points[0]?.point_key],
      });
      expect(await runNow(path.join(folder, 'gone'))).toMatchObject({ exitCode: 13 });
      expect(lastRun()).toMatchObject({ status: 'failed', error_code: 'source_missing', point_keys: [] });
      expect(agent.filesText()).not.toContain(PASSPHRASE);
      await ingest.close();
    });
  },
);
