import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentReport, type AgentReport } from '@/contract/report';
import {
  damageBorgLab,
  environmentOf,
  makeBorgLab,
  type BorgLab,
  type BorgLabName,
  type BorgLabRepository,
} from '@/scripts/real-borg-lab';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { toldProblems } from './testing/told-problems';
import { enrolLikeTheServer, TOKEN } from './testing/enrolling-ingest';
import { startFakeIngest, type FakeIngest } from './testing/fake-ingest';
import { fingerprintOf } from './testing/fingerprint';

const repositoryIn = (report: AgentReport, name: BorgLabName) =>
  report.repositories.find(({ location }) => location.endsWith(`/${name}`));
const pointsIn = (report: AgentReport, name: BorgLabName) =>
  report.recovery_points.filter(
    (point) => point.repository_key === repositoryIn(report, name)?.repository_key,
  );

const protectionIn = (report: AgentReport, name: BorgLabName) => {
  const { encryption, immutability } = repositoryIn(report, name) ?? {};
  return { encryption: encryption?.value, immutability: immutability?.kind ?? null };
};

describe.skipIf(!requireTool('borg'))('the agent and real borg repositories', () => {
  let folder: string;
  let agent: AgentProgram;
  let lab: BorgLab;
  let before: AgentReport;
  let after: AgentReport;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-borg-lab-'));
    agent = await installAgent();
    lab = await makeBorgLab(folder);
    before = await collectNow();
    await damageBorgLab(lab);
    after = await collectNow();
  }, 180_000);
  afterAll(() => {
    agent.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const one = (name: BorgLabName): BorgLabRepository => {
    const found = lab.repositories.find((each) => each.name === name);
    if (!found) throw new Error(`the lab has no ${name}`);
    return found;
  };

  async function collectNow(args: readonly string[] = ['--no-stats'], env = {}): Promise<AgentReport> {
    const { stdout, stderr } = await agent.run(['collect', '--json', ...args], {
      HOLDFAST_CONFIG: lab.configFile,
      ...env,
    });
    expect(stderr).toBe('');
    return agentReport.parse(JSON.parse(stdout));
  }

  const runJob = (command: readonly string[], env: Record<string, string> = {}) =>
    agent.run(['run', '--job', 'nightly', '--', ...command], {
      ...(environmentOf(one('good')) as Record<string, string>),
      HOME: agent.folder,
      HOLDFAST_STATE_DIR: path.join(agent.folder, 'state'),
      HOLDFAST_CONFIG: lab.configFile,
      ...env,
    });

  test('all of them are readable before the damage, and their listings are whole', () => {
    expect(before.repositories.map(({ problem }) => problem)).toEqual(lab.repositories.map(() => null));
    expect(before.scope.complete_for).toHaveLength(lab.repositories.length);
    expect(before.recovery_points).toHaveLength(lab.repositories.length);
    expect(toldProblems(before)).toEqual([]);
    expect(before.source).toMatchObject({
      adapter: 'borg',
      tool_version: expect.stringMatching(/^1\./) as string,
    });
  });

  test.each<BorgLabName>([
    'good',
    'unencrypted',
    'append-only',
    'stale',
    'corrupt',
    'wrong-password',
    'locked',
    'deleted',
  ])('%s is reported with its problem code', (name) => {
    const code = one(name).expected.problemCode;
    expect(repositoryIn(after, name)?.problem?.code ?? null).toBe(code);
    const isListed = code === null || code === 'repository_locked';
    expect(pointsIn(after, name).length > 0).toBe(isListed);
  });

  test('a repository whose passphrase is wrong is reported under the key it had before', () => {
    expect(repositoryIn(after, 'wrong-password')).toMatchObject({
      reachable: true,
      repository_key: repositoryIn(before, 'wrong-password')?.repository_key,
    });
  });

  test('a point has the host, the sources and the time of its archive', () => {
    const [point] = pointsIn(after, 'stale');
    expect(point).toMatchObject({
      source_host: os.hostname(),
      source_paths: [one('stale').sourcePath],
      job_key: `borg:${os.hostname()}:${one('stale').sourcePath}`,
    });
    const ageDays = (Date.now() - Date.parse(point?.taken_at ?? '')) / 86_400_000;
    expect(ageDays).toBeGreaterThan(2.9);
    expect(ageDays).toBeLessThan(3.1);
  });

  test.each(['America/New_York', 'Asia/Kolkata', 'UTC'])(
    'the time of a point is the same instant for a machine in %s',
    async (zone) => {
      const report = await collectNow(['--no-stats', '--repo', 'good'], { TZ: zone });
      expect(pointsIn(report, 'good')[0]?.taken_at).toBe(pointsIn(before, 'good')[0]?.taken_at);
    },
  );

  test('encryption and append-only are told as they are', () => {
    expect(protectionIn(after, 'good')).toEqual({ encryption: true, immutability: null });
    expect(protectionIn(after, 'unencrypted')).toEqual({ encryption: false, immutability: null });
    expect(protectionIn(after, 'append-only')).toEqual({ encryption: true, immutability: 'append_only' });
  });

  test('an unencrypted repository is read only when somebody said that it is right', async () => {
    const args = ['--tool', 'borg', '--repo', one('unencrypted').repo, '--no-stats'];
    const nowhere = { HOLDFAST_CONFIG: path.join(folder, 'none.jsonc') };
    const state = (name: string) => ({
      ...nowhere,
      HOLDFAST_STATE_DIR: fs.mkdtempSync(path.join(folder, `${name}-`)),
    });
    const refused = await collectNow(args, state('asked'));
    expect(refused.repositories[0]).toMatchObject({ reachable: true, problem: { code: 'permission' } });
    expect(refused.repositories[0]?.problem?.message).toContain('"accept": ["unencrypted"]');
    const accepted = await collectNow([...args, '--accept', 'unencrypted'], state('accepted'));
    expect(accepted.repositories[0]?.problem).toBeNull();
  });

  test('a repository that was moved is read only when somebody said that it is right', async () => {
    const moved = path.join(folder, 'repositories', 'moved');
    fs.cpSync(one('good').repo, moved, { recursive: true });
    const args = [
      '--tool',
      'borg',
      '--repo',
      moved,
      '--password-file',
      one('good').passwordFile,
      '--no-stats',
    ];
    const refused = await collectNow(args);
    expect(refused.repositories[0]).toMatchObject({ reachable: true, problem: { code: 'permission' } });
    expect(refused.repositories[0]?.problem?.message).toContain('"accept": ["relocated"]');
    const accepted = await collectNow([...args, '--accept', 'relocated']);
    expect(accepted.repositories[0]?.problem).toBeNull();
    fs.rmSync(moved, { recursive: true });
    await collectNow(['--no-stats', '--repo', 'good'], {
      BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    });
  });

  test('decrypting finds the flipped bit; the good repository is clean', async () => {
    const checks = await Promise.all(
      (['good', 'corrupt'] as const).map((name) => collectNow(['--check', 'all', '--repo', name])),
    );
    expect(checks[0]?.verifications).toMatchObject([{ kind: 'data_full', result: 'ok', errors: 0 }]);
    expect(checks[1]?.verifications).toMatchObject([{ kind: 'data_full', result: 'problems' }]);
    expect(checks[1]?.verifications[0]?.damaged).not.toEqual([]);
  });

  test('a check of a share of the data is refused: borg has none', async () => {
    const refused = await agent.run(['collect', '--repo', 'good', '--check', '10%'], {
      HOLDFAST_CONFIG: lab.configFile,
    });
    expect(refused).toMatchObject({ exitCode: 64 });
    expect(refused.stderr).toContain('borg cannot check a share of the data');
  });

  test('the size of a repository is told', async () => {
    const report = await collectNow(['--repo', 'good']);
    expect(repositoryIn(report, 'good')?.bytes?.stored).toBeGreaterThan(0);
  });

  test('reading takes no lock, waits for none, and changes no byte and no time', async () => {
    const repositories = path.join(lab.folder, 'repositories');
    const fingerprint = fingerprintOf(repositories);
    const report = await collectNow([]);
    expect(fingerprintOf(repositories)).toBe(fingerprint);
    expect(repositoryIn(report, 'locked')?.locks).toMatchObject([{ host: 'another-host' }]);
  });

  test('checking changes nothing but two notes that borg keeps of itself', async () => {
    const repositories = path.join(lab.folder, 'repositories');
    const notes = /^[^/]+\/(?:config|nonce)$/;
    const fingerprint = fingerprintOf(repositories, notes);
    await collectNow(['--check', 'all', '--no-stats', '--repo', 'good']);
    await collectNow(['--check', 'structure', '--no-stats', '--repo', 'corrupt']);
    expect(fingerprintOf(repositories, notes)).toBe(fingerprint);
  });

  test("the user's own cache and what borg knows of repositories are left alone", async () => {
    const home = fs.mkdtempSync(path.join(folder, 'home-'));
    await collectNow(['--repo', 'good'], { HOME: home });
    expect(fs.existsSync(path.join(home, '.cache'))).toBe(false);
    expect(fs.existsSync(path.join(home, '.config/borg/security'))).toBe(false);
  });

  test('no passphrase, right or wrong, stands in what is printed', async () => {
    const outputs = await Promise.all([
      agent.run(['collect', '--json', '--no-stats'], { HOLDFAST_CONFIG: lab.configFile }),
      agent.run(['collect', '--no-stats'], { HOLDFAST_CONFIG: lab.configFile }),
    ]);
    const text = outputs.map(({ stdout, stderr }) => stdout + stderr).join('\n') + agent.filesText();
    for (const { passphrase } of lab.repositories) expect(text).not.toContain(passphrase);
    expect(text).not.toContain('not-the-passphrase');
    expect(text).toContain('wrong_password');
  });

  test('a passphrase that is not given is a wrong password, not a prompt', async () => {
    const report = await collectNow(['--tool', 'borg', '--repo', one('stale').repo, '--no-stats'], {
      HOLDFAST_CONFIG: path.join(folder, 'none.jsonc'),
    });
    expect(report.repositories[0]).toMatchObject({
      repository_key: repositoryIn(before, 'stale')?.repository_key,
      problem: { code: 'wrong_password' },
    });
  });

  test('a host that does not answer is given up, and says nothing of the repository', async () => {
    const report = await collectNow(
      ['--tool', 'borg', '--repo', 'ssh://u@127.0.0.1:9/./r', '--no-stats', '--time-limit', '20'],
      { BORG_PASSPHRASE: 'x' },
    );
    expect(report.repositories[0]).toMatchObject({
      location: 'ssh://127.0.0.1:9/./r',
      location_kind: 'ssh',
      reachable: false,
      problem: { code: 'network' },
    });
  });

  test('without borg, that is what is reported', async () => {
    const report = await collectNow(['--tool', 'borg', '--repo', '/nowhere'], { PATH: folder });
    expect(report.repositories[0]).toMatchObject({ reachable: null, problem: { code: 'tool_missing' } });
  });

  describe('run', () => {
    let ingest: FakeIngest;
    const lastReport = () => ingest.received.at(-1)?.report;

    beforeAll(async () => {
      ingest = await startFakeIngest();
      ingest.otherwise = enrolLikeTheServer(ingest);
      await agent.run(['enrol', ingest.url, TOKEN]);
    });
    afterAll(() => ingest.close());

    test('links the run to its recovery point, by the JSON that borg prints', async () => {
      expect(await runJob(one('good').backupCommand)).toMatchObject({ exitCode: 0 });
      const report = lastReport();
      expect(report?.runs).toMatchObject([
        { status: 'success', kind: 'backup', exit_code: 0, capture: 'files', bytes: { read: null } },
      ]);
      const [key] = report?.runs[0]?.point_keys ?? [];
      const point = report?.recovery_points.find(({ point_key }) => point_key === key);
      expect(point).toMatchObject({ job_key: report?.runs[0]?.job_key });
    });

    test('links it also when borg says nothing, by the time', async () => {
      const { repo, sourcePath } = one('good');
      await runJob(['borg', 'create', `${repo}::silent`, sourcePath]);
      expect(lastReport()?.runs[0]?.point_keys).toHaveLength(1);
    });

    test.each([
      ['classic', {}, 1],
      ['modern', { BORG_EXIT_CODES: 'modern' }, 107],
    ])(
      'a vanished source makes it a warning of the same job, with %s exit codes',
      async (_name, env: Record<string, string>, code) => {
        const { repo, sourcePath } = one('good');
        const gone = path.join(folder, 'sources', 'gone');
        const command = ['borg', 'create', `${repo}::{now:%s%f}`, sourcePath, gone];
        const ran = await runJob(command, env);
        expect([1, code]).toContain(ran.exitCode);
        const report = lastReport();
        expect(report?.runs).toMatchObject([{ status: 'warning', partial: true }]);
        expect(toldProblems(report)).toMatchObject([
          { code: 'source_missing', subject: report?.runs[0]?.job_key },
        ]);
        expect(toldProblems(report)?.[0]?.message).toContain(gone);
      },
    );

    test('a wrong passphrase fails the run by its code', async () => {
      const ran = await runJob(one('good').backupCommand, { BORG_PASSPHRASE: 'wrong' });
      expect(ran.exitCode).toBe(2);
      expect(lastReport()?.runs).toMatchObject([{ status: 'failed', error_code: 'wrong_password' }]);
    });

    test('a dry run is no backup', async () => {
      const { repo, sourcePath } = one('good');
      await runJob(['borg', 'create', '--dry-run', `${repo}::dry`, sourcePath]);
      expect(lastReport()?.runs).toMatchObject([{ kind: 'maintenance', point_keys: [] }]);
    });
  });
});
