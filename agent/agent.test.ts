import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enrolmentRequest } from '@/contract/enrolment';
import type { AgentReport } from '@/contract/report';
import { requireTool } from '@/test/require-tool';
import { slowTest } from '@/test/slow-test';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { toldProblems } from './testing/told-problems';
import { AGENT_ID, enrolLikeTheServer, TOKEN } from './testing/enrolling-ingest';
import { sendJson, sendProblem, startFakeIngest, type FakeIngest } from './testing/fake-ingest';

const CANARY = 'c4n4ry-Pa55-w0rd';
const hasRestic = requireTool('restic');

let emptyRepository: string;
let agent: AgentProgram;
let ingest: FakeIngest;

beforeEach(async () => {
  agent = await installAgent();
  ingest = await startFakeIngest();
  ingest.otherwise = enrolLikeTheServer(ingest);
});
afterEach(async () => {
  await ingest.close();
  agent.remove();
});

const stateFile = (name: string): string => path.join(agent.folder, 'state', name);
const lastReport = (): AgentReport | undefined => ingest.received.at(-1)?.report;

function writeScript(name: string, text: string): string {
  const file = path.join(agent.folder, name);
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

const enrolled = (): Record<string, string> => ({ HOLDFAST_URL: ingest.url, HOLDFAST_TOKEN: TOKEN });

const withRepository = (): Record<string, string> => ({
  ...enrolled(),
  RESTIC_PASSWORD: CANARY,
  RESTIC_REPOSITORY: path.join(agent.folder, 'repository'),
});

function writeConfig(content: unknown): string {
  const file = path.join(agent.folder, 'limits.jsonc');
  fs.writeFileSync(file, JSON.stringify(content));
  return file;
}

const repositorySettings = () => ({
  tool: 'restic',
  repo: path.join(agent.folder, 'repository'),
  stats: false,
});

const resticPath = (): string => execFileSync('which', ['restic'], { encoding: 'utf8' }).trim();

/** A new repository, and two folders to back up into it. Making one takes restic a second: they are copies. */
function prepare(): string[] {
  fs.cpSync(emptyRepository, repositorySettings().repo, { recursive: true });
  return ['one', 'two'].map((name) => {
    const folder = path.join(agent.folder, name);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'file'), name);
    return folder;
  });
}

function initRepository(repo: string): void {
  const env = { ...process.env, RESTIC_PASSWORD: CANARY, RESTIC_REPOSITORY: repo };
  execFileSync('restic', ['init'], { env, stdio: 'ignore' });
}

async function stopOnceAsked(pid: number): Promise<void> {
  while (!fs.existsSync(path.join(agent.folder, 'asked'))) await pause(10);
  process.kill(pid, 'SIGTERM');
}

describe('the bundle', () => {
  test('is one file that runs in an empty folder', async () => {
    expect(fs.readdirSync(agent.folder)).toEqual(['holdfast-agent.mjs']);
    const { exitCode, stdout } = await agent.run(['--help']);
    expect(exitCode).toBe(0);
    for (const name of ['enrol', 'collect', 'run', 'report', 'flush', 'status', 'config']) {
      expect(stdout).toContain(name);
      expect(await agent.run([name, '--help'])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining(name) as string,
      });
    }
  });

  test('explains a wrong command and a wrong option', async () => {
    expect(await agent.run(['colect'])).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('colect') as string,
    });
    expect(await agent.run(['flush', '--nwo'])).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('--nwo') as string,
    });
    expect(await agent.run(['run', '--job', 'j'])).toMatchObject({ exitCode: 64 });
  });

  test('accepts the configuration that it prints as an example', async () => {
    const { stdout } = await agent.run(['config', '--example']);
    fs.writeFileSync(path.join(agent.folder, 'agent.jsonc'), stdout);
    expect(await agent.run(['config'])).toMatchObject({ exitCode: 0 });
  });

  test.each([
    [
      ['collect', '--tool', 'duplicity', '--repo', 'file:///b', '--check', 'all'],
      'does not check repositories of duplicity',
    ],
    [['collect', '--tool', 'barman', '--repo', 'main', '--password-file', '/p'], 'barman needs no password'],
    [['collect', '--tool', 'tar', '--repo', '/r'], '"tar" is not a tool that this version reads'],
    [
      ['restore-test', '--tool', 'rsnapshot', '--repo', '/r'],
      'does not restore from repositories of rsnapshot',
    ],
  ])('%j is refused with its reason', async (args, reason) => {
    const refused = await agent.run(args);
    expect(refused).toMatchObject({ exitCode: 64, stdout: '' });
    expect(refused.stderr).toContain(reason);
  });

  test('names file, place and cure of a wrong configuration', async () => {
    const file = path.join(agent.folder, 'agent.jsonc');
    fs.writeFileSync(file, '{\n  // one\n  "repositories": [\n    { "tool": "restic" "repo": "/r" }\n  ]\n}');
    expect((await agent.run(['config'])).stderr).toMatch(/agent\.jsonc, line 4, column \d+/);
    fs.writeFileSync(file, '{"repositories": [{"tool": "restic", "repo": "/r", "pasword_file": "/p"}]}');
    const wrong = await agent.run(['config']);
    expect(wrong).toMatchObject({ exitCode: 78 });
    expect(wrong.stderr).toMatch(/repositories\[0\].*pasword_file/s);
  });
});

describe('enrolment', () => {
  test('makes a key that only its owner can read, and remembers the server', async () => {
    const { exitCode, stdout } = await agent.run(['enrol', ingest.url, TOKEN, '--name', 'srv-1']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Harbour Dental');
    expect(fs.statSync(stateFile('enrolment.json')).mode & 0o077).toBe(0);
    expect(JSON.parse(fs.readFileSync(stateFile('enrolment.json'), 'utf8'))).toMatchObject({
      agent_id: AGENT_ID,
      server_public_key: expect.stringMatching(/^MCow/) as string,
    });
    expect(agent.filesText()).not.toContain(TOKEN);
  });

  test('is not replaced without --again', async () => {
    await agent.run(['enrol', ingest.url, TOKEN]);
    const before = fs.readFileSync(stateFile('enrolment.json'), 'utf8');
    expect(await agent.run(['enrol', ingest.url, TOKEN])).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('--again') as string,
    });
    expect(fs.readFileSync(stateFile('enrolment.json'), 'utf8')).toBe(before);
    expect(await agent.run(['enrol', ingest.url, TOKEN, '--again'])).toMatchObject({ exitCode: 0 });
    expect(fs.readFileSync(stateFile('enrolment.json'), 'utf8')).not.toBe(before);
  });

  test('that gives the same agent a new key sends what waits under it, in the same stream', async () => {
    await agent.run(['enrol', ingest.url, TOKEN]);
    ingest.answer = (_, response) => response.writeHead(500).end();
    await agent.run(['run', '--job', 'j', '--', 'true']);
    expect(await agent.run(['enrol', ingest.url, TOKEN, '--again'])).toMatchObject({ exitCode: 0 });
    ingest.answer = (received, response) =>
      sendJson(response, 202, {
        outcome: 'stored',
        epoch: received.epoch,
        sequence: received.sequence,
        body_sha256: received.bodySha256,
        reason: null,
      });
    expect(await agent.run(['flush', '--now'])).toMatchObject({ exitCode: 0 });
    expect(ingest.received.length).toBeGreaterThan(1);
    expect(new Set(ingest.received.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test('refuses plain http to anything but this machine, before the token is sent', async () => {
    const refused = await agent.run(['enrol', 'http://holdfast.example.com', TOKEN]);
    expect(refused).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('https') as string });
  });

  test('comes with the same key again when the answer was lost', async () => {
    const keys: string[] = [];
    ingest.otherwise = (body, response) => {
      keys.push(enrolmentRequest.parse(JSON.parse(body)).public_key);
      response.destroy();
    };
    expect(await agent.run(['enrol', ingest.url, TOKEN])).toMatchObject({ exitCode: 69 });
    await agent.run(['enrol', ingest.url, TOKEN]);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  test('says what the server said, and never the token', async () => {
    ingest.otherwise = (_body, response) => sendProblem(response, 401, 'token_spent');
    const refused = await agent.run(['enrol', ingest.url, TOKEN]);
    expect(refused).toMatchObject({ exitCode: 77, stderr: expect.stringContaining('token_spent') as string });
    expect(refused.stderr).not.toContain(TOKEN);
  });
});

describe('run', () => {
  test('shows the output, keeps the exit code, and reports a failure with its last words', async () => {
    const script = writeScript('backup.sh', 'echo visible; echo "disk vanished" >&2; exit 7');
    const end = await agent.run(['run', '--job', 'nightly', '--', script], enrolled());
    expect(end).toMatchObject({
      exitCode: 7,
      stdout: 'visible\n',
      stderr: expect.stringContaining('disk vanished') as string,
    });
    expect(lastReport()?.runs).toMatchObject([
      { job_name: 'nightly', status: 'failed', exit_code: 7, message: 'disk vanished', kind: 'backup' },
    ]);
    expect(ingest.received.at(-1)?.isSignatureGood).toBe(true);
  });

  test('never makes a backup fail because Holdfast cannot be reached or is not set up', async () => {
    const script = writeScript('backup.sh', 'exit 0');
    expect(await agent.run(['run', '--job', 'j', '--', script])).toMatchObject({ exitCode: 0 });
    await agent.run(['enrol', ingest.url, TOKEN]);
    const { url } = ingest;
    await ingest.close();
    expect(await agent.run(['run', '--job', 'j', '--', script])).toMatchObject({ exitCode: 0 });
    const status = JSON.parse((await agent.run(['status', '--json'])).stdout) as object;
    expect(status).toMatchObject({
      waiting: 1,
      enrolled: { url },
      next_try_at: expect.any(String) as string,
    });
    fs.writeFileSync(path.join(agent.folder, 'agent.jsonc'), 'broken');
    expect(await agent.run(['run', '--job', 'j', '--', script])).toMatchObject({ exitCode: 0 });
    ingest = await startFakeIngest();
  });

  test('what waits is delivered by flush', async () => {
    await agent.run(['enrol', ingest.url, TOKEN]);
    ingest.answer = (_, response) => response.writeHead(500).end();
    await agent.run(['run', '--job', 'j', '--', 'true']);
    expect(await agent.run(['flush'])).toMatchObject({ exitCode: 75 });
    ingest.answer = (received, response) =>
      sendJson(response, 202, {
        outcome: 'stored',
        epoch: received.epoch,
        sequence: received.sequence,
        body_sha256: received.bodySha256,
        reason: null,
      });
    expect(await agent.run(['flush', '--now'])).toMatchObject({ exitCode: 0 });
    expect(await agent.run(['status'])).toMatchObject({ exitCode: 0 });
  });

  test('a command that cannot be started ends with 127 and is reported', async () => {
    expect(await agent.run(['run', '--job', 'j', '--', '/no/such/program'], enrolled())).toMatchObject({
      exitCode: 127,
    });
    expect(lastReport()?.runs).toMatchObject([{ status: 'failed', exit_code: null }]);
  });

  test('passes signals on, and reports a stopped backup as cancelled', async () => {
    const script = writeScript(
      'backup.sh',
      "trap 'echo stopping; exit 130' TERM; echo started; while :; do sleep 0.05; done",
    );
    let isSent = false;
    const end = await agent.run(['run', '--job', 'j', '--', script], enrolled(), (pid) => {
      if (!isSent) process.kill(pid, 'SIGTERM');
      isSent = true;
    });
    expect(end).toMatchObject({ exitCode: 130, stdout: 'started\nstopping\n' });
    expect(lastReport()?.runs).toMatchObject([{ status: 'cancelled' }]);
  });

  test('told to stop while it reads the repository afterwards, it still keeps the run and the exit code', async () => {
    const slowRestic = writeScript(
      'slow-restic.sh',
      '[ "$3" = version ] && exec echo "restic 0.14.0 compiled"; echo asked >&2; touch "$HOME/asked"; exec sleep 60',
    );
    await agent.run(['enrol', ingest.url, TOKEN]);
    const config = writeConfig({
      restic: slowRestic,
      repositories: [{ tool: 'restic', repo: '/r', name: 'r' }],
    });
    const end = agent.run(
      ['run', '--job', 'j', '--repo', 'r', '--', 'sh', '-c', 'echo $PPID; exit 5'],
      {
        HOLDFAST_CONFIG: config,
      },
      (pid) => void stopOnceAsked(pid),
    );
    expect(await end).toMatchObject({ exitCode: 5 });
    expect(ingest.received).toEqual([]);
    await agent.run(['flush', '--now']);
    expect(lastReport()).toMatchObject({ runs: [{ exit_code: 5 }], repositories: [] });
  });

  test.each([
    ['stdout', ''],
    ['stderr', '2>&1 >/dev/null'],
  ])('goes on when nobody reads its %s any more', async (_name, redirection) => {
    const script = writeScript('backup.sh', 'seq 1 200000; seq 1 200000 >&2; exit 5');
    await agent.run(['enrol', ingest.url, TOKEN]);
    ingest.answer = (_, response) => response.writeHead(500).end(); // so that the agent has something to say
    const pipe = `{ "$node" "$program" run --job j -- ${script} ${redirection}; echo $? > "$HOME/code"; } 2>/dev/null | head -1`;
    const env = { ...agent.env, node: process.execPath, program: agent.program };
    await new Promise((resolve) => spawn('sh', ['-c', pipe], { env, stdio: 'ignore' }).once('exit', resolve));
    expect(fs.readFileSync(path.join(agent.folder, 'code'), 'utf8')).toBe('5\n');
    expect(lastReport()?.runs).toMatchObject([{ exit_code: 5 }]);
  });

  test('does not wait for what the backup leaves running, but for a slow reader', async () => {
    const script = writeScript('backup.sh', 'sleep 50 & seq 1 100000; exit 3');
    const startedAt = performance.now();
    const end = await agent.run(['run', '--job', 'j', '--', script], enrolled());
    expect(end.exitCode).toBe(3);
    expect(end.stdout.trimEnd().split('\n')).toHaveLength(100_000);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  test('tells the last words of a talkative backup, with what it complained of before', async () => {
    const script = writeScript(
      'backup.sh',
      'echo "/gone does not exist, skipping" >&2; seq 1 500 >&2; echo "Fatal: out of luck" >&2; exit 1',
    );
    await agent.run(['run', '--job', 'j', '--', script], enrolled());
    expect(lastReport()?.runs[0]?.message).toMatch(/499\n500\nFatal: out of luck$/);
    expect(toldProblems(lastReport())).toMatchObject([{ code: 'source_missing' }]);
  });

  test('cuts no character in two', async () => {
    const script = writeScript(
      'backup.sh',
      "for i in $(seq 1 1500); do printf '💾' >&2; done; printf x >&2; exit 1",
    );
    await agent.run(['run', '--job', 'j', '--', script], enrolled());
    const message = lastReport()?.runs[0]?.message ?? '';
    expect(message.isWellFormed()).toBe(true);
    expect(message.length).toBeLessThanOrEqual(2000);
  });

  test('a command without a name ends with 127 like one that is not there', async () => {
    expect(await agent.run(['run', '--job', 'j', '--', ''], enrolled())).toMatchObject({ exitCode: 127 });
    expect(lastReport()?.runs).toMatchObject([{ status: 'failed', exit_code: null }]);
  });

  test('many at once: each is reported once, under a number of its own', async () => {
    await agent.run(['enrol', ingest.url, TOKEN]);
    const jobs = ['a', 'b', 'c', 'd', 'e', 'f'];
    const ends = await Promise.all(jobs.map((job) => agent.run(['run', '--job', job, '--', 'true'])));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(jobs.map(() => 0));
    expect(await agent.run(['flush', '--now'])).toMatchObject({ exitCode: 0 });
    expect(new Set(ingest.received.map(({ report }) => report.runs[0]?.job_name))).toEqual(new Set(jobs));
    expect(ingest.received.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(ingest.received.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test('no secret reaches report, spool, state or output', async () => {
    const script = writeScript(
      'backup.sh',
      `echo "login ${CANARY} failed at rest:https://bob:${CANARY}2@nas/r password=${CANARY}3" >&2; exit 1`,
    );
    const env = { ...enrolled(), RESTIC_PASSWORD: CANARY, AWS_SECRET_ACCESS_KEY: `${CANARY}4` };
    await agent.run(
      ['run', '--job', 'j', '--repo', `rest:http://bob:${CANARY}5@127.0.0.1:9/r`, '--', script],
      {
        ...env,
        HOLDFAST_CONFIG: writeConfig({ limits: { command_seconds: 1 } }),
      },
    );
    const report = JSON.stringify(lastReport());
    expect(report).toContain('login *** failed');
    expect(report).toContain('rest:http://127.0.0.1:9/r');
    expect(report).not.toContain(CANARY);
    expect(report).not.toContain(TOKEN);
    expect(agent.filesText()).not.toContain(CANARY);
    expect(agent.filesText()).not.toContain(TOKEN);
  });
});

describe.skipIf(!hasRestic)('run with restic', () => {
  beforeAll(() => {
    emptyRepository = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-repository-')), 'empty');
    initRepository(emptyRepository);
  });
  afterAll(() => fs.rmSync(path.dirname(emptyRepository), { recursive: true }));

  test('links the run to its recovery point, and a vanished source makes it a warning of the same job', async () => {
    const sources = prepare();
    const backup = [
      'run',
      '--job',
      'nightly',
      '--',
      'restic',
      '--json',
      'backup',
      '--host',
      'srv',
      ...sources,
    ];
    expect(await agent.run(backup, withRepository())).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"summary"') as string,
    });
    const first = lastReport();
    expect(first?.runs).toMatchObject([
      { status: 'success', partial: false, exit_code: 0, files: { total: 2 }, source_host: 'srv' },
    ]);
    expect(first?.runs[0]?.point_keys).toEqual(first?.recovery_points.map(({ point_key }) => point_key));
    expect(first?.runs[0]?.job_key).toBe(first?.recovery_points[0]?.job_key);
    expect(toldProblems(first)).toEqual([]);

    fs.rmSync(sources[1] ?? '', { recursive: true });
    await agent.run(backup, withRepository());
    const second = lastReport();
    expect(second?.runs).toMatchObject([
      { status: 'warning', partial: true, warnings: 1, job_key: first?.runs[0]?.job_key },
    ]);
    expect(toldProblems(second)).toMatchObject([
      { code: 'source_missing', message: expect.stringContaining(sources[1] ?? '') as string },
    ]);
    expect(new Set(second?.recovery_points.map(({ job_key }) => job_key))).toEqual(
      new Set([first?.runs[0]?.job_key]),
    );
    expect(JSON.stringify(ingest.received.map(({ report }) => report)) + agent.filesText()).not.toContain(
      CANARY,
    );
  });

  slowTest('a dry run is no backup and makes no recovery point', async () => {
    const sources = prepare();
    await agent.run(
      ['run', '--job', 'j', '--', 'restic', '--json', 'backup', '-n', ...sources],
      withRepository(),
    );
    expect(lastReport()).toMatchObject({
      runs: [{ kind: 'maintenance', point_keys: [] }],
      recovery_points: [],
    });
    const script = writeScript('nightly.sh', `restic --json backup --dry-run ${sources.join(' ')}`);
    await agent.run(['run', '--job', 'j', '--', script], withRepository());
    expect(lastReport()?.runs).toMatchObject([{ kind: 'maintenance', point_keys: [] }]);
  });

  test('a backup that could not read every file is partial, also when it does not say which snapshot it made', async () => {
    const sources = prepare();
    const program = writeScript('restic', `${resticPath()} "$@"; exit 3`);
    await agent.run(['run', '--job', 'j', '--', program, '-q', 'backup', ...sources], withRepository());
    expect(lastReport()?.runs).toMatchObject([{ status: 'warning', partial: true, exit_code: 3 }]);
  });

  slowTest('a vanished source that was given relative to the folder stays in its job', async () => {
    prepare();
    const backup = ['run', '--job', 'j', '--', 'restic', '--json', 'backup', 'one', 'two'];
    await agent.run(backup, withRepository());
    const first = lastReport()?.runs[0]?.job_key;
    fs.rmSync(path.join(agent.folder, 'two'), { recursive: true });
    await agent.run(backup, withRepository());
    expect(lastReport()).toMatchObject({ runs: [{ status: 'warning', job_key: first }] });
    expect(toldProblems(lastReport())).toMatchObject([{ code: 'source_missing', subject: first }]);
  });

  slowTest('two jobs at once do not forget what the other learnt', async () => {
    const sources = prepare();
    await agent.run(['enrol', ingest.url, TOKEN]);
    await Promise.all(
      sources.map((source, index) =>
        agent.run(
          ['run', '--job', `j${index}`, '--', 'restic', '-q', '--json', 'backup', source],
          withRepository(),
        ),
      ),
    );
    const memory = JSON.parse(fs.readFileSync(stateFile('memory.json'), 'utf8')) as { jobs: object };
    expect(Object.keys(memory.jobs).toSorted()).toEqual(['j0', 'j1']);
  });

  slowTest('a repository that was replaced by another one is reported as gone', async () => {
    prepare();
    const env = {
      ...withRepository(),
      HOLDFAST_CONFIG: writeConfig({ repositories: [repositorySettings()] }),
    };
    await agent.run(['report'], env);
    const before = lastReport()?.repositories[0]?.repository_key;
    fs.rmSync(repositorySettings().repo, { recursive: true });
    initRepository(repositorySettings().repo);
    await agent.run(['report'], env);
    expect(lastReport()?.repositories).toMatchObject([
      { problem: null },
      { repository_key: before, reachable: false, problem: { code: 'repository_missing' } },
    ]);
    await agent.run(['report'], env);
    expect(lastReport()?.repositories).toHaveLength(1);
  });

  slowTest('names a missing source once, though the job is both configured and known', async () => {
    const sources = prepare();
    const job = { name: 'j', host: 'srv', paths: sources.map((source) => `${source}/`) };
    const env = {
      ...withRepository(),
      HOLDFAST_CONFIG: writeConfig({ repositories: [{ ...repositorySettings(), jobs: [job] }] }),
    };
    const backup = ['run', '--job', 'j', '--', 'restic', '--json', 'backup', '--host', 'srv', ...sources];
    await agent.run(backup, env);
    expect(toldProblems(lastReport())).toEqual([]);
    fs.rmSync(sources[1] ?? '', { recursive: true });
    await agent.run(backup, env);
    expect(toldProblems(lastReport())).toHaveLength(1);
    await agent.run(['report'], env);
    expect(toldProblems(lastReport())).toHaveLength(1);
  });

  slowTest('a second report while one is checking does not check too', async () => {
    prepare();
    const check = { read_data: 'all', every_hours: 1 };
    const env = {
      ...withRepository(),
      HOLDFAST_CONFIG: writeConfig({ repositories: [{ ...repositorySettings(), check }] }),
    };
    await agent.run(['enrol', ingest.url, TOKEN]);
    await Promise.all([agent.run(['report'], env), agent.run(['report'], env)]);
    await agent.run(['flush', '--now']);
    expect(ingest.received).toHaveLength(2);
    expect(ingest.received.flatMap(({ report }) => report.verifications)).toHaveLength(1);
  });

  slowTest(
    'report reads what is configured, and keeps the key of a repository whose password changed',
    async () => {
      prepare();
      const passwordFile = path.join(agent.folder, 'password');
      fs.writeFileSync(passwordFile, CANARY);
      const repo = path.join(agent.folder, 'repository');
      fs.writeFileSync(
        path.join(agent.folder, 'agent.jsonc'),
        JSON.stringify({
          repositories: [{ tool: 'restic', repo, password_file: passwordFile, stats: false }],
        }),
      );
      const env = { HOLDFAST_URL: ingest.url, HOLDFAST_TOKEN: TOKEN };
      expect(await agent.run(['report'], env)).toMatchObject({ exitCode: 0 });
      const key = lastReport()?.repositories[0]?.repository_key;
      fs.writeFileSync(passwordFile, 'another');
      expect(await agent.run(['report'], env)).toMatchObject({ exitCode: 0 });
      expect(lastReport()).toMatchObject({
        sequence: 2,
        repositories: [{ repository_key: key, problem: { code: 'wrong_password' } }],
      });
      expect(lastReport()?.scope.complete_for).toEqual([]);
    },
  );
});
