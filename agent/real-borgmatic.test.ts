import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentReport, type AgentReport } from '@/contract/report';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { toldProblems } from './testing/told-problems';

/** Whoever waits for pings of borgmatic. */
async function openPings() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { asked, url: `http://127.0.0.1:${port}/ping`, close };
}

const PASSPHRASE = 'c4n4ry-pass-of-borgmatic';

describe.skipIf(!requireTool('borgmatic'))('the agent and the repositories of a real borgmatic', () => {
  let folder: string;
  let agent: AgentProgram;
  let pings: Awaited<ReturnType<typeof openPings>>;
  const at = (name: string): string => path.join(folder, name);
  const borgEnv = () => ({ ...process.env, BORG_PASSPHRASE: PASSPHRASE, BORG_BASE_DIR: at('home') });

  beforeAll(async () => {
    pings = await openPings();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-borgmatic-lab-'));
    agent = await installAgent();
    fs.mkdirSync(at('source'));
    fs.writeFileSync(at('source/a.txt'), 'a');
    for (const name of ['one', 'two']) {
      execFileSync('borg', ['init', '-e', 'repokey', at(name)], { env: borgEnv(), stdio: 'ignore' });
      execFileSync('borg', ['create', `${at(name)}::${name}-1`, at('source')], { env: borgEnv() });
    }
    fs.writeFileSync(
      at('config.yaml'),
      `location:
    source_directories: [${at('source')}]
    repositories: [${at('one')}, ${at('two')}, ${at('gone')}]
storage:
    encryption_passphrase: ${PASSPHRASE}
retention:
    keep_within: 2d
    keep_daily: 7
    keep_weekly: 4
    keep_monthly: 6
    prefix: 'one-'
hooks:
    before_prune: ["touch ${at('hook-ran')}"]
    after_prune: ["touch ${at('hook-ran')}"]
    healthchecks: ${pings.url}
    before_actions: ["touch ${at('hook-ran')}"]
    after_actions: ["touch ${at('hook-ran')}"]
    on_error: ["touch ${at('hook-ran')}"]
`,
    );
  }, 60_000);
  afterAll(async () => {
    await pings.close();
    agent.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function collectOf(config: string): Promise<{ report: AgentReport; text: string }> {
    const file = at('agent.jsonc');
    fs.writeFileSync(file, JSON.stringify({ borgmatic_configs: [{ config: at(config), stats: false }] }));
    const { stdout, stderr } = await agent.run(['collect', '--json'], { HOLDFAST_CONFIG: file });
    return { report: agentReport.parse(JSON.parse(stdout)), text: stdout + stderr };
  }

  test('each is read with borg, with the passphrase of its configuration, and named by its own code', async () => {
    const { report, text } = await collectOf('config.yaml');
    expect(report.repositories.map(({ location, problem }) => [location, problem?.code ?? null])).toEqual([
      [at('one'), null],
      [at('two'), null],
      [at('gone'), 'repository_missing'],
    ]);
    expect(report.recovery_points).toHaveLength(2);
    expect(text + agent.filesText()).not.toContain(PASSPHRASE);
  });

  test('what borgmatic would keep is reported of each place that was found, and nothing is pruned', async () => {
    const { report } = await collectOf('config.yaml');
    const rule = {
      source: 'tool_config',
      archives: 'sh:one-*',
      keep: { last: null, hourly: null, daily: 7, weekly: 4, monthly: 6, yearly: null, within_days: 2 },
    };
    expect(report.retention).toMatchObject([rule, rule, rule]);
    expect(report.retention.map((one) => one.repository_key)).toEqual(
      report.repositories.map((one) => one.repository_key),
    );
    expect(report.recovery_points).toHaveLength(2);
  });

  test('a configuration that keeps nothing in particular says nothing of it', async () => {
    const text = fs.readFileSync(at('config.yaml'), 'utf8');
    fs.writeFileSync(at('bare.yaml'), text.replace(/retention:\n(?: {4}.*\n)+?(?=hooks:)/, ''));
    const { report } = await collectOf('bare.yaml');
    expect(report.repositories).toHaveLength(3);
    expect(report.retention).toEqual([]);
  });

  test('no hook of the configuration runs, and nobody is pinged', () => {
    expect(fs.existsSync(at('hook-ran'))).toBe(false);
    expect(pings.asked).toEqual([]);
  });

  test('a version that hides damage is said to', async () => {
    const { report } = await collectOf('config.yaml');
    expect(toldProblems(report)).toMatchObject([{ code: 'borgmatic_hides_damage', severity: 'warning' }]);
  });

  test('a configuration that borgmatic cannot read is reported, not left out', async () => {
    fs.writeFileSync(at('wrong.yaml'), 'foo: bar\n');
    const { report } = await collectOf('wrong.yaml');
    expect(report.repositories).toEqual([]);
    expect(toldProblems(report)).toMatchObject([{ code: 'borgmatic_unreadable', severity: 'critical' }]);
    expect(toldProblems(report)?.[0]?.message).toContain(at('wrong.yaml'));
  });
});
