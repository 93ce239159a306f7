import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentReport, type AgentReport } from '@/contract/report';
import { damageResticLab, makeResticLab, type LabName, type ResticLab } from '@/scripts/real-restic-lab';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { toldProblems } from './testing/told-problems';
import { fingerprintOf } from './testing/fingerprint';

const DAY_MILLISECONDS = 86_400_000;

const repositoryIn = (report: AgentReport, name: LabName) =>
  report.repositories.find(({ location }) => location.endsWith(`/${name}`));
const pointsIn = (report: AgentReport, name: LabName) =>
  report.recovery_points.filter(
    (point) => point.repository_key === repositoryIn(report, name)?.repository_key,
  );
const resultOf = <T extends { location: string }>(checked: readonly T[], name: LabName) =>
  checked.find(({ location }) => location.endsWith(`/${name}`));

describe.skipIf(!requireTool('restic'))('the agent and real restic repositories', () => {
  let folder: string;
  let agent: AgentProgram;
  let lab: ResticLab;
  let before: AgentReport;
  let after: AgentReport;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-lab-'));
    agent = await installAgent();
    lab = await makeResticLab(folder);
    before = await collectNow();
    await damageResticLab(lab);
    after = await collectNow();
  }, 120_000);
  afterAll(() => {
    agent.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function collectNow(...args: readonly string[]): Promise<AgentReport> {
    const { stdout } = await agent.run(['collect', '--json', '--no-stats', ...args], {
      HOLDFAST_CONFIG: lab.configFile,
    });
    return agentReport.parse(JSON.parse(stdout));
  }

  const expectedOf = (name: LabName) => lab.repositories.find((one) => one.name === name)?.expected;

  test('all of them are readable before the damage, and their listings are whole', () => {
    expect(before.repositories.map(({ problem }) => problem)).toEqual(Array.from({ length: 10 }, () => null));
    expect(before.scope.complete_for).toHaveLength(10);
    expect(before.recovery_points).toHaveLength(10);
    expect(toldProblems(before)).toEqual([]);
  });

  test.each<LabName>([
    'good',
    'good-offsite',
    'stale',
    'corrupt',
    'wrong-password',
    'locked',
    'shared-one',
    'shared-two',
    'missing-source',
    'deleted',
  ])('%s is reported with its problem code', (name) => {
    const repository = repositoryIn(after, name);
    expect(repository?.problem?.code ?? null).toBe(expectedOf(name)?.problemCode);
    const isListed = expectedOf(name)?.newestAgeDays !== null;
    expect(after.scope.complete_for.includes(`recovery_points:${repository?.repository_key}`)).toBe(isListed);
    expect(pointsIn(after, name).length > 0).toBe(isListed);
  });

  test('what the machine itself knows stands beside it: how much room there is', () => {
    for (const { location, capacity } of before.repositories)
      expect(capacity?.total ?? 0, location).toBeGreaterThan(0);
  });

  test('the stale point is three days old', () => {
    const ageDays = (Date.now() - Date.parse(pointsIn(after, 'stale')[0]?.taken_at ?? '')) / DAY_MILLISECONDS;
    expect(ageDays).toBeGreaterThan(2.9);
    expect(ageDays).toBeLessThan(3.1);
  });

  test('reading the data finds the flipped bit; the good repository is clean', async () => {
    const parts = await Promise.all(
      ['good', 'corrupt'].map((name) => collectNow('--check', 'all', '--repo', name)),
    );
    const checked = parts.flatMap(({ verifications, repositories }) =>
      verifications.map((one) => ({ ...one, location: repositories[0]?.location ?? '' })),
    );
    expect(resultOf(checked, 'good')).toMatchObject({ kind: 'data_full', result: 'ok', errors: 0 });
    expect(resultOf(checked, 'corrupt')).toMatchObject({ kind: 'data_full', result: 'problems' });
    expect(resultOf(checked, 'corrupt')?.damaged).toHaveLength(1);
  });

  test('a backup that lost a source path stays in its job, and the path is named', () => {
    const one = lab.repositories.find(({ name }) => name === 'missing-source');
    const points = pointsIn(after, 'missing-source');
    expect(new Set(points.map(({ job_key }) => job_key)).size).toBe(1);
    expect(points[0]?.source_paths).toEqual(one?.sourcePaths.slice(0, 1));
    expect(toldProblems(after)).toMatchObject([
      {
        code: 'source_missing',
        severity: 'critical',
        message: expect.stringContaining(one?.sourcePaths[1] ?? '') as string,
      },
    ]);
  });

  test('reading leaves no lock behind and removes none', () => {
    const locks = lab.repositories
      .filter(({ name }) => name !== 'deleted')
      .map(({ name, repo }) => [name, fs.readdirSync(path.join(repo, 'locks')).length] as const);
    expect(locks.filter(([, count]) => count > 0)).toEqual([['locked', 1]]);
    expect(repositoryIn(after, 'locked')?.locks).toMatchObject([{ host: os.hostname() }]);
  });

  test('reading changes no byte, no time and no right of any repository, nor does checking all of it', async () => {
    const repositories = path.join(lab.folder, 'repositories');
    const fingerprint = fingerprintOf(repositories);
    await agent.run(['collect', '--json', '--check', 'all'], { HOLDFAST_CONFIG: lab.configFile });
    expect(fingerprintOf(repositories)).toBe(fingerprint);
  });

  test('no password, right or wrong, stands in what is printed', async () => {
    const env = { HOLDFAST_CONFIG: lab.configFile };
    const outputs = await Promise.all([
      agent.run(['collect', '--json'], env),
      agent.run(['collect'], env),
      agent.run(['status', '--json'], env),
    ]);
    const text = outputs.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    for (const { password } of lab.repositories) expect(text).not.toContain(password);
    expect(text).not.toContain('not-the-password');
    expect(text).toContain('wrong_password');
  });

  test('a password that is not given is a wrong password, not a hang', async () => {
    const one = lab.repositories[0];
    const { stdout } = await agent.run(['collect', '--repo', one?.repo ?? '', '--json']);
    expect(agentReport.parse(JSON.parse(stdout)).repositories[0]?.problem?.code).toBe('wrong_password');
  });

  test('a server that does not answer is given up in time', async () => {
    const { stdout } = await agent.run(
      ['collect', '--repo', 'rest:http://u:canary-pw@127.0.0.1:9/', '--json', '--time-limit', '1'],
      {
        RESTIC_PASSWORD: 'x',
      },
    );
    const [repository] = agentReport.parse(JSON.parse(stdout)).repositories;
    expect(repository).toMatchObject({
      reachable: false,
      problem: { code: 'network' },
      location: 'rest:http://127.0.0.1:9/',
    });
    expect(stdout).not.toContain('canary-pw');
  });

  test('without restic, that is what is reported', async () => {
    const { stdout } = await agent.run(['collect', '--repo', '/nowhere', '--json'], { PATH: folder });
    expect(agentReport.parse(JSON.parse(stdout)).repositories[0]).toMatchObject({
      reachable: null,
      problem: { code: 'tool_missing' },
    });
  });
});
