import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enrolmentRequest, enrolmentSigningText } from '@/contract/enrolment';
import type { AgentReport } from '@/contract/report';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { publicKeyOf, sendJson, sendProblem, startFakeIngest, type FakeIngest } from './testing/fake-ingest';

const TOKEN = `hfe_${'t0k3n'.repeat(8)}abc`;
const CANARY = 'c4n4ry-Pa55-w0rd';
const AGENT_ID = '0190a1b2-0000-7000-8000-000000000001';
const hasRestic = requireTool('restic');

let agent: AgentProgram;
let ingest: FakeIngest;

beforeEach(async () => {
  agent = await installAgent();
  ingest = await startFakeIngest();
  ingest.otherwise = enrolLikeTheServer;
});
afterEach(async () => {
  await ingest.close();
  agent.remove();
});

function enrolLikeTheServer(body: string, response: Parameters<FakeIngest['otherwise']>[1]): void {
  const request = enrolmentRequest.parse(JSON.parse(body));
  const key = createPublicKey({
    key: Buffer.from(request.public_key, 'base64'),
    format: 'der',
    type: 'spki',
  });
  const text = Buffer.from(enrolmentSigningText(request));
  if (!verify(null, text, key, Buffer.from(request.signature, 'base64')))
    return sendProblem(response, 400, 'bad_signature');
  ingest.publicKey = publicKeyOf(request.public_key);
  const serverKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
  return sendJson(response, 201, {
    agent_id: AGENT_ID,
    agent_name: request.name,
    msp_name: 'Quillmark IT',
    client_name: 'Harbour Dental',
    server_public_key: serverKey.toString('base64'),
    ingest_url: null,
  });
}

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

function prepare(): string[] {
  const env = { ...process.env, ...withRepository() };
  execFileSync('restic', ['init'], { env, stdio: 'ignore' });
  return ['one', 'two'].map((name) => {
    const folder = path.join(agent.folder, name);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'file'), name);
    return folder;
  });
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
    expect(first?.problems).toEqual([]);

    fs.rmSync(sources[1] ?? '', { recursive: true });
    await agent.run(backup, withRepository());
    const second = lastReport();
    expect(second?.runs).toMatchObject([
      { status: 'warning', partial: true, warnings: 1, job_key: first?.runs[0]?.job_key },
    ]);
    expect(second?.problems).toMatchObject([
      { code: 'source_missing', message: expect.stringContaining(sources[1] ?? '') as string },
    ]);
    expect(new Set(second?.recovery_points.map(({ job_key }) => job_key))).toEqual(
      new Set([first?.runs[0]?.job_key]),
    );
    expect(JSON.stringify(ingest.received.map(({ report }) => report)) + agent.filesText()).not.toContain(
      CANARY,
    );
  });

  test('report reads what is configured, and keeps the key of a repository whose password changed', async () => {
    prepare();
    const passwordFile = path.join(agent.folder, 'password');
    fs.writeFileSync(passwordFile, CANARY);
    const repo = path.join(agent.folder, 'repository');
    fs.writeFileSync(
      path.join(agent.folder, 'agent.jsonc'),
      JSON.stringify({ repositories: [{ tool: 'restic', repo, password_file: passwordFile, stats: false }] }),
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
  });
});
