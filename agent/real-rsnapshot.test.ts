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

const keysOf = ({ recovery_points: points }: AgentReport) => points.map((one) => one.point_key);

describe.skipIf(!requireTool('rsnapshot'))('the agent and real snapshots of rsnapshot', () => {
  let agent: AgentProgram;
  let folder: string;
  let config: string;

  beforeAll(async () => {
    agent = await installAgent();
  });
  afterAll(() => agent.remove());
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-rsnapshot-'));
    config = path.join(folder, 'rsnapshot.conf');
    for (const one of ['docs', 'mail']) {
      fs.mkdirSync(path.join(folder, one));
      fs.writeFileSync(path.join(folder, one, 'file'), one);
    }
    configure();
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** The configuration as Debian ships it, for folders of the test; words are parted by tabs. */
  function configure(more: readonly string[] = [], { hasLog = true } = {}): void {
    const lines = [
      'config_version 1.2',
      `snapshot_root ${folder}/root/`,
      'cmd_cp /bin/cp',
      'cmd_rm /bin/rm',
      'cmd_rsync /usr/bin/rsync',
      'retain daily 3',
      'retain weekly 2',
      `lockfile ${folder}/pid`,
      ...(hasLog ? [`logfile ${folder}/log`] : []),
      `backup ${folder}/docs/ localhost/`,
      `backup ${folder}/mail/ localhost/`,
      ...more,
    ];
    fs.writeFileSync(config, `${lines.map((line) => line.replaceAll(' ', '\t')).join('\n')}\n`);
  }

  async function snapshot(name = 'daily', env = {}): Promise<number | null> {
    await nextSecond();
    return spawnSync('rsnapshot', ['-c', config, name], {
      env: { PATH: process.env['PATH'], ...env } as never,
    }).status;
  }

  async function collect(env: Record<string, string> = {}): Promise<AgentReport> {
    const told = await agent.run(['collect', '--tool', 'rsnapshot', '--repo', config, '--json'], env);
    expect(told).toMatchObject({ exitCode: 0, stderr: '' });
    return agentReport.parse(JSON.parse(told.stdout));
  }

  test('each snapshot is a point of its own, with its sources, whatever folder it is rotated into', async () => {
    await snapshot();
    const first = await collect();
    expect(first.recovery_points).toMatchObject([
      {
        state: 'complete',
        source_host: os.hostname(),
        source_paths: [`${folder}/docs`, `${folder}/mail`],
        job_key: `rsnapshot:${os.hostname()}:${folder}/docs,${folder}/mail`,
        tags: ['daily.0'],
      },
    ]);
    const { taken_at: taken = '', completed_at: completed } = first.recovery_points[0] ?? {};
    expect(Math.abs(Date.parse(taken) - Date.now())).toBeLessThan(10_000);
    expect(Date.parse(completed ?? '')).toBeGreaterThanOrEqual(Date.parse(taken));

    await snapshot();
    await snapshot();
    await snapshot('weekly');
    const last = await collect();
    expect(last.recovery_points.map(({ state, tags: [tag] }) => `${tag} ${state}`)).toEqual([
      'daily.0 complete',
      'daily.1 complete',
      'weekly.0 complete',
    ]);
    expect(keysOf(last).at(-1)).toBe(keysOf(first)[0]);
    expect(last.scope.complete_for).toEqual([`recovery_points:${last.repositories[0]?.repository_key}`]);
    expect(last.retention).toMatchObject([{ source: 'tool_config', keep: { daily: 3, weekly: 2 } }]);
    expect(last.source.tool_version).toMatch(/^1\./);
    expect(last.repositories).toMatchObject([
      { location: `${folder}/root`, location_kind: 'local', reachable: true, problem: null },
    ]);
    expect(last.problems).toEqual([]);
  });

  test('reading changes no byte and no time, and leaves nothing behind', async () => {
    await snapshot();
    const before = fingerprintOf(folder);
    await collect();
    expect(fingerprintOf(folder)).toBe(before);
  });

  test('its log is read in the zone of the machine, and the times of points are instants', async () => {
    await snapshot('daily', { TZ: 'America/New_York' });
    const [there] = (await collect({ TZ: 'America/New_York' })).recovery_points;
    expect(there?.state).toBe('complete');
    expect(Math.abs(Date.parse(there?.taken_at ?? '') - Date.now())).toBeLessThan(10_000);
    // Read in another zone the log tells of another time: then nothing is known.
    expect((await collect({ TZ: 'Asia/Tokyo' })).recovery_points).toMatchObject([
      { state: 'unknown', point_key: there?.point_key },
    ]);
  });

  test('without a log no snapshot is called complete, and it is said why', async () => {
    configure([], { hasLog: false });
    await snapshot();
    const report = await collect();
    expect(report.recovery_points).toMatchObject([{ state: 'unknown' }]);
    expect(toldProblems(report)).toMatchObject([{ code: 'outcome_unknown' }]);
  });

  test('a backup that went wrong in part is no complete point', async () => {
    const script = path.join(folder, 'dump.sh');
    fs.writeFileSync(script, '#!/bin/sh\necho half > dump.sql\nexit 3\n', { mode: 0o755 });
    configure([`backup_script ${script} dumps/`]);
    expect([1, 2]).toContain(await snapshot());
    expect((await collect()).recovery_points).toMatchObject([{ state: 'partial' }]);
  });

  test.each([
    ['copied', []],
    ['linked', ['link_dest 1']],
  ])('a backup that was killed is none, with snapshots that are %s', async (_name, options) => {
    const script = path.join(folder, 'dump.sh');
    const slow = path.join(folder, 'slow');
    const words = `#!/bin/sh\nif [ -e ${slow} ]; then touch ${slow}.begun; sleep 20; fi\necho dump > dump.sql\n`;
    fs.writeFileSync(script, words, { mode: 0o755 });
    configure([`backup_script ${script} dumps/`, ...options]);
    expect(await snapshot()).toBe(0);
    const good = await collect();
    expect(good.recovery_points).toMatchObject([{ state: 'complete' }]);

    fs.writeFileSync(slow, '');
    await nextSecond();
    const child = spawn('rsnapshot', ['-c', config, 'daily'], { detached: true, stdio: 'ignore' });
    while (!fs.existsSync(`${slow}.begun`)) await new Promise((resolve) => setTimeout(resolve, 20));
    const during = await collect();
    expect(keysOf(during)).toEqual(keysOf(good));
    expect(during.scope.complete_for).toEqual([]);
    expect(during.repositories[0]?.locks).toMatchObject([{ id: String(child.pid), host: os.hostname() }]);

    const isGone = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await isGone;
    const after = (await collect()).recovery_points;
    expect(after.filter(({ state }) => state === 'complete').map((one) => one.point_key)).toEqual(
      keysOf(good),
    );
    expect(after.filter(({ state }) => state !== 'complete').map(({ state }) => state)).toEqual(
      options.length > 0 ? ['incomplete'] : [],
    );
  });

  test('a source that is in no snapshot any more is named', async () => {
    await snapshot();
    fs.mkdirSync(path.join(folder, 'new'));
    configure([`backup ${folder}/new/ localhost/`]);
    const report = await collect();
    expect(toldProblems(report)).toMatchObject([{ code: 'source_missing', severity: 'critical' }]);
    expect(toldProblems(report)?.[0]?.message).toBe(`${folder}/new is not in the newest backup of this job.`);
  });

  test('a lock that keeps every later backup from running is a problem', async () => {
    configure(['stop_on_stale_lockfile 1']);
    await snapshot();
    const { pid } = spawnSync('true');
    fs.writeFileSync(path.join(folder, 'pid'), String(pid));
    const report = await collect();
    expect(report.repositories).toMatchObject([{ problem: { code: 'repository_locked' } }]);
    expect(report.recovery_points).toMatchObject([{ state: 'complete' }]);
  });

  test('a snapshot root that is gone is missing, and never empty', async () => {
    await snapshot();
    const { repositories } = await collect();
    fs.rmSync(path.join(folder, 'root'), { recursive: true });
    const report = await collect();
    expect(report.repositories).toMatchObject([
      {
        repository_key: repositories[0]?.repository_key,
        reachable: false,
        problem: { code: 'repository_missing' },
      },
    ]);
    expect(report.scope.complete_for).toEqual([]);
  });

  test('a run is told how it ended, and linked to its snapshot', async () => {
    const ingest = await startFakeIngest();
    ingest.otherwise = enrolLikeTheServer(ingest);
    await agent.run(['enrol', ingest.url, TOKEN]);
    const runNow = () => agent.run(['run', '--job', 'nightly', '--', 'rsnapshot', '-c', config, 'daily']);
    const lastRun = () => ingest.received.at(-1)?.report?.runs[0];
    expect(await runNow()).toMatchObject({ exitCode: 0 });
    expect(lastRun()).toMatchObject({ status: 'success', kind: 'backup', point_keys: [expect.any(String)] });

    fs.writeFileSync(path.join(folder, 'pid'), String(process.pid));
    expect(await runNow()).toMatchObject({ exitCode: 1 });
    expect(lastRun()).toMatchObject({ status: 'failed', error_code: 'repository_locked', point_keys: [] });

    fs.rmSync(path.join(folder, 'pid'));
    fs.rmSync(path.join(folder, 'mail'), { recursive: true });
    expect(await runNow()).toMatchObject({ exitCode: 1 });
    expect(lastRun()).toMatchObject({ status: 'failed', error_code: 'source_missing', point_keys: [] });
    await ingest.close();
  });
});
