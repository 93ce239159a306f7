import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agentReport, type AgentReport } from '@/contract/report';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { enrolLikeTheServer, TOKEN } from './testing/enrolling-ingest';
import { startFakeIngest } from './testing/fake-ingest';

/** A backup as barman keeps it, written by hand: a real one needs a running PostgreSQL. */
const INFO = `begin_time=2026-11-23 06:12:25.085451+00:00
begin_wal=00000001000000000000000C
begin_xlog=0/C000028
begin_offset=40
end_time=2026-11-23 06:12:25.517039+00:00
end_wal=00000001000000000000000C
end_xlog=0/D000000
end_offset=0
error=None
mode=postgres
pgdata=/srv/pg
server_name=main
size=38409018
deduplicated_size=38409018
status=DONE
systemid=7711245175038803027
tablespaces=None
timeline=1
version=150020
xlog_segment_size=16777216
`;

describe.skipIf(!requireTool('barman', ['--version']))('the agent and a real barman', () => {
  let agent: AgentProgram;
  let folder: string;
  let config: string;

  beforeAll(async () => {
    agent = await installAgent();
  });
  afterAll(() => agent.remove());
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-barman-'));
    config = path.join(folder, 'barman.conf');
    fs.mkdirSync(path.join(folder, 'home'));
    const server = [
      '[barman]',
      `barman_user = ${os.userInfo().username}`,
      `barman_home = ${folder}/home`,
      `log_file = ${folder}/barman.log`,
      '[main]',
      'description = Main',
      'conninfo = host=/nonexistent user=postgres password=hush-hush-hush',
      'streaming_conninfo = host=/nonexistent user=postgres password=hush-hush-hush',
      'backup_method = postgres',
      'streaming_archiver = on',
      'slot_name = barman',
      'retention_policy = RECOVERY WINDOW OF 4 WEEKS',
    ];
    fs.writeFileSync(config, `${server.join('\n')}\n`);
    const settings = { repositories: [{ tool: 'barman', repo: 'main', name: 'db', config }] };
    fs.writeFileSync(path.join(agent.folder, 'agent.jsonc'), JSON.stringify(settings));
    return () => fs.rmSync(folder, { recursive: true, force: true });
  });

  function put(id: string, info: string): void {
    const backup = path.join(folder, 'home/main/base', id);
    fs.mkdirSync(backup, { recursive: true });
    fs.writeFileSync(path.join(backup, 'backup.info'), info);
  }

  async function collect(args: readonly string[] = ['--repo', 'db']): Promise<AgentReport> {
    const told = await agent.run(['collect', ...args, '--json']);
    expect(told).toMatchObject({ exitCode: 0, stderr: '' });
    expect(told.stdout).not.toContain('hush');
    return agentReport.parse(JSON.parse(told.stdout));
  }

  test('lists its backups without its database, and only what is done is complete', async () => {
    put('20261123T061225', INFO);
    put('20261124T061225', INFO.replace('DONE', 'WAITING_FOR_WALS').replaceAll('11-23', '11-24'));
    put('20261125T061225', INFO.replace('DONE', 'FAILED').replace(/end_time=.*/, 'end_time=None'));
    const report = await collect();
    expect(report.recovery_points.map(({ point_key: key, state }) => [key, state])).toEqual([
      ['20261125T061225', 'incomplete'],
      ['20261124T061225', 'waiting'],
      ['20261123T061225', 'complete'],
    ]);
    expect(report.recovery_points[2]).toMatchObject({
      taken_at: '2026-11-23T06:12:25.000Z',
      capture: 'database',
      source_paths: ['postgresql:main'],
      job_key: `barman:${os.hostname()}:main`,
      bytes: { stored: 38_409_018 },
    });
    expect(report.repositories).toMatchObject([
      { location: `${folder}/home/main`, location_kind: 'local', reachable: true, problem: null },
    ]);
    expect(report.retention).toMatchObject([{ source: 'tool_config', keep: { within_days: 28 } }]);
    expect(report.scope.complete_for).toHaveLength(1);
  });

  test('changes nothing of a backup', async () => {
    put('20261123T061225', INFO);
    const file = path.join(folder, 'home/main/base/20261123T061225/backup.info');
    const before = fs.statSync(file).mtimeMs;
    await collect();
    expect(fs.readFileSync(file, 'utf8')).toBe(INFO);
    expect(fs.statSync(file).mtimeMs).toBe(before);
  });

  test('a server that it does not know is missing', async () => {
    const report = await collect(['--tool', 'barman', '--repo', 'nobody']);
    expect(report.repositories).toMatchObject([
      { reachable: false, problem: { code: 'repository_missing' } },
    ]);
    expect(report.scope.complete_for).toEqual([]);
  });

  test('a backup that its database does not answer has failed', async () => {
    const ingest = await startFakeIngest();
    ingest.otherwise = enrolLikeTheServer(ingest);
    await agent.run(['enrol', ingest.url, TOKEN]);
    const ran = await agent.run(['run', '--job', 'db', '--', 'barman', '-c', config, 'backup', 'main']);
    expect(ran.exitCode).toBe(1);
    expect(ingest.received.at(-1)?.report?.runs).toMatchObject([
      { status: 'failed', kind: 'backup', point_keys: [] },
    ]);
    await ingest.close();
  });
});
