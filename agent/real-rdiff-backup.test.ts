import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agentReport, type AgentReport } from '@/contract/report';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { enrolLikeTheServer, TOKEN } from './testing/enrolling-ingest';
import { startFakeIngest } from './testing/fake-ingest';
import { fingerprintOf } from './testing/fingerprint';
import { nextSecond } from './testing/next-second';
import { toldProblems } from './testing/told-problems';

const statesOf = ({ recovery_points: points }: AgentReport) => points.map(({ state }) => state);

const nameOf = (kind: string, at = ''): string => `${kind}.${at.replace('.000Z', 'Z')}.data`;

describe.skipIf(!requireTool('rdiff-backup', ['--version']))(
  'the agent and real repositories of rdiff-backup',
  () => {
    let agent: AgentProgram;
    let folder: string;
    let source: string;
    let repository: string;

    beforeAll(async () => {
      agent = await installAgent();
    });
    afterAll(() => agent.remove());
    beforeEach(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-rdiff-'));
      source = path.join(folder, 'docs');
      repository = path.join(folder, 'repository');
      fs.mkdirSync(source);
      for (let number = 1; number <= 20; number += 1)
        fs.writeFileSync(path.join(source, `file-${number}`), `text ${number}`);
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    const BACKUP = ['--api-version', '201', 'backup', '--print-statistics'];

    /** rdiff-backup refuses two backups in one second. */
    async function backup(): Promise<void> {
      await nextSecond();
      expect(
        spawnSync('rdiff-backup', [...BACKUP, source, repository], {
          env: { PATH: process.env['PATH'] } as never,
        }).status,
      ).toBe(0);
    }

    async function collect(more: readonly string[] = [], env = {}): Promise<AgentReport> {
      const args = ['collect', '--tool', 'rdiff-backup', '--repo', repository, '--json', ...more];
      const told = await agent.run(args, env);
      expect(told).toMatchObject({ exitCode: 0, stderr: '' });
      return agentReport.parse(JSON.parse(told.stdout));
    }

    test('each backup is a point, and stays it when the next one makes an increment of it', async () => {
      await backup();
      const first = await collect();
      expect(first.recovery_points).toMatchObject([
        {
          state: 'complete',
          level: 'full',
          source_host: os.hostname(),
          source_paths: [source],
          job_key: `rdiff-backup:${os.hostname()}:${source}`,
          files: 21,
          encrypted: false,
        },
      ]);
      expect(Math.abs(Date.parse(first.recovery_points[0]?.taken_at ?? '') - Date.now())).toBeLessThan(
        10_000,
      );
      fs.writeFileSync(path.join(source, 'file-1'), 'changed');
      await backup();
      const second = await collect();
      expect(statesOf(second)).toEqual(['complete', 'complete']);
      expect(second.recovery_points[1]).toMatchObject({
        point_key: first.recovery_points[0]?.point_key,
        level: 'incremental',
      });
      expect(second.scope.complete_for).toEqual([
        `recovery_points:${second.repositories[0]?.repository_key}`,
      ]);
      expect(second.repositories).toMatchObject([
        { reachable: true, problem: null, location: repository, tool_format: 'rdiff-backup' },
      ]);
      expect(toldProblems(second)).toEqual([]);
      expect((await collect([], { TZ: 'Asia/Kolkata' })).recovery_points).toEqual(second.recovery_points);
      expect((await collect(['--no-stats'])).recovery_points.map((one) => one.point_key)).toEqual(
        second.recovery_points.map((one) => one.point_key),
      );
    });

    test('reading changes no byte and no time, takes no lock and leaves nothing behind', async () => {
      await backup();
      const before = fingerprintOf(folder);
      await collect();
      expect(fingerprintOf(folder)).toBe(before);
    });

    test('a source that was emptied makes no good point, though rdiff-backup calls it a success', async () => {
      await backup();
      for (const name of fs.readdirSync(source)) fs.rmSync(path.join(source, name));
      await backup();
      const report = await collect();
      expect(statesOf(report)).toEqual(['incomplete', 'complete']);
      expect(toldProblems(report)).toMatchObject([
        { code: 'source_missing', message: `${source} is not in the newest backup of this job.` },
      ]);
    });

    test('a backup that deleted most of what there was is told', async () => {
      await backup();
      for (let number = 1; number <= 15; number += 1) fs.rmSync(path.join(source, `file-${number}`));
      await backup();
      const report = await collect();
      expect(statesOf(report)).toEqual(['partial', 'complete']);
      expect(toldProblems(report)).toMatchObject([{ code: 'mass_deletion', severity: 'critical' }]);
    });

    test('a backup that was cut short is no good point', async () => {
      await backup();
      await backup();
      const [newest, first] = (await collect()).recovery_points;
      const data = path.join(repository, 'rdiff-backup-data');
      // What a killed backup leaves: the names of both mirrors, and no statistics.
      fs.writeFileSync(path.join(data, nameOf('current_mirror', first?.taken_at)), 'PID 1\n');
      fs.rmSync(path.join(data, nameOf('session_statistics', newest?.taken_at)));
      const report = await collect();
      expect(statesOf(report)).toEqual(['incomplete', 'complete']);
      expect(toldProblems(report)).toMatchObject([{ code: 'incomplete_backups' }]);
    });

    test('reading neither waits for a backup nor keeps one from beginning', async () => {
      await backup();
      const [only] = (await collect()).recovery_points;
      const data = path.join(repository, 'rdiff-backup-data');
      const holder = spawn('flock', [path.join(data, 'lock.yml'), 'sleep', '20'], { detached: true });
      await new Promise((resolve) => setTimeout(resolve, 300));
      // What rdiff-backup writes when it begins.
      const now = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
      const lock = `cmd: rdiff-backup\nhostname: ${os.hostname()}\npid: ${holder.pid}\ntimestamp: '${now}'\n`;
      fs.writeFileSync(path.join(data, 'lock.yml'), lock);
      fs.writeFileSync(path.join(data, `current_mirror.${now}.data`), `PID ${holder.pid}\n`);
      const report = await collect();
      process.kill(-(holder.pid ?? 0), 'SIGKILL');
      expect(statesOf(report)).toEqual(['incomplete', 'complete']);
      expect(report.recovery_points[1]?.point_key).toBe(only?.point_key);
      expect(report.repositories).toMatchObject([
        { problem: null, locks: [{ id: String(holder.pid), host: os.hostname() }] },
      ]);
    });

    test('backups that were removed are gone, and no others', async () => {
      for (const text of ['one', 'two', 'three']) {
        fs.writeFileSync(path.join(source, 'file-1'), text);
        await backup();
      }
      const before = (await collect()).recovery_points;
      expect(before).toHaveLength(3);
      const removed = spawnSync('rdiff-backup', [
        '--force',
        'remove',
        'increments',
        '--older-than',
        '1B',
        repository,
      ]);
      expect(removed.status).toBe(0);
      const after = (await collect()).recovery_points;
      expect(after.map((one) => one.point_key)).toEqual(before.slice(0, 2).map((one) => one.point_key));
    });

    test('what is not there is missing, and never empty', async () => {
      const report = await collect();
      expect(report.repositories).toMatchObject([
        { reachable: false, problem: { code: 'repository_missing' } },
      ]);
      expect(report.scope.complete_for).toEqual([]);
      expect(fs.existsSync(repository)).toBe(false);
    });

    test('of another machine it is known that backups are there, and not how they ended', async () => {
      await backup();
      // In place of ssh, which rdiff-backup calls with -C, the host and the words to run there.
      const ssh = path.join(folder, 'ssh');
      fs.writeFileSync(ssh, '#!/bin/sh\nshift 2\nexec "$@"\n', { mode: 0o755 });
      const before = fingerprintOf(repository);
      const args = ['collect', '--tool', 'rdiff-backup', '--repo', `u@there::${repository}`, '--json'];
      const told = await agent.run(args, { PATH: `${folder}:${process.env['PATH']}` });
      const report = agentReport.parse(JSON.parse(told.stdout));
      expect(report.repositories).toMatchObject([
        { location: `u@there::${repository}`, location_kind: 'ssh', reachable: true, problem: null },
      ]);
      expect(statesOf(report)).toEqual(['unknown']);
      expect(report.scope.complete_for).toEqual([]);
      expect(fingerprintOf(repository)).toBe(before);
    });

    test('of another machine that cannot be reached nothing is said but that', async () => {
      const args = ['collect', '--tool', 'rdiff-backup', '--repo', 'u@127.0.0.1::/r', '--json'];
      const told = await agent.run([...args, '--time-limit', '10'], { PATH: `${process.env['PATH']}` });
      const [one] = agentReport.parse(JSON.parse(told.stdout)).repositories;
      expect(one).toMatchObject({ location: 'u@127.0.0.1::/r', location_kind: 'ssh', reachable: false });
      const without = await agent.run(args, { PATH: folder });
      expect(agentReport.parse(JSON.parse(without.stdout)).repositories).toMatchObject([
        { reachable: null, problem: { code: 'tool_missing' } },
      ]);
    });

    test('a run is told with its numbers, and linked to its point', async () => {
      const ingest = await startFakeIngest();
      ingest.otherwise = enrolLikeTheServer(ingest);
      await agent.run(['enrol', ingest.url, TOKEN]);
      const runNow = (from: string) =>
        agent.run(['run', '--job', 'nightly', '--', 'rdiff-backup', ...BACKUP, from, repository]);
      const lastRun = () => ingest.received.at(-1)?.report?.runs[0];
      expect(await runNow(source)).toMatchObject({ exitCode: 0 });
      expect(lastRun()).toMatchObject({
        status: 'success',
        files: { total: 21, failed: 0 },
        point_keys: [ingest.received.at(-1)?.report?.recovery_points[0]?.point_key],
      });
      expect(await runNow(path.join(folder, 'gone'))).toMatchObject({ exitCode: 1 });
      expect(lastRun()).toMatchObject({ status: 'failed', error_code: 'source_missing', point_keys: [] });
      await ingest.close();
    });
  },
);
