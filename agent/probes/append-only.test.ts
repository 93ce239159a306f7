import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { agentReport, type AgentReport } from '@/contract/report';
import { loadConfig } from '@/agent/config/agent-config';
import { installAgent, type AgentProgram } from '@/agent/testing/agent-program';
import { startRestServer, type RestServer, type RestServerSettings } from '@/agent/testing/rest-server';
import { readSample } from '@/agent/testing/tool-sample';
import { requireTool } from '@/test/require-tool';
import { slowTest } from '@/test/slow-test';
import { probeAppendOnly } from './append-only';

const NOBODY = '0'.repeat(64);
const USER = { user: 'backup', password: 'c4n4ry:p@ss' };

/** Answers removals as a real rest-server did. */
function recorded(name: string): RestServerSettings['answerRemoval'] {
  const answers = [
    ...readSample('restic-rest-server-0.13', name).outcome.stdout.matchAll(/^(\w+)\/\S+ (\d+)$/gm),
  ];
  const statuses = new Map(answers.map(([, kind, status]) => [kind, Number(status)]));
  return (kind) => statuses.get(kind) ?? 500;
}
const APPEND_ONLY = recorded('probe-delete-config');
const ORDINARY = recorded('probe-delete-normal');

let server: RestServer;
afterEach(() => server.close());

const start = async (
  answerRemoval: RestServerSettings['answerRemoval'],
  more: object = {},
): Promise<void> => {
  server = await startRestServer({ folder: os.tmpdir(), answerRemoval, ...more });
};

describe('the removal of a snapshot that cannot be there', () => {
  test('is forbidden by an append-only server, which lets locks go', async () => {
    await start(APPEND_ONLY);
    expect(await probeAppendOnly(server.repo, {})).toMatchObject({
      kind: 'append_only',
      source: 'probed',
      until: null,
      proven_at: expect.stringMatching(/Z$/) as string,
    });
    expect(server.removals).toEqual([`snapshots/${NOBODY}`, `locks/${NOBODY}`]);
  });

  test.each([
    ['as rest-server 0.13 does', ORDINARY],
    ['or finds that there is none', () => 404],
  ])('is allowed by an ordinary one: %s', async (_, answerRemoval) => {
    await start(answerRemoval);
    expect(await probeAppendOnly(server.repo, {})).toMatchObject({ kind: 'none', source: 'probed' });
    expect(server.removals).toEqual([`snapshots/${NOBODY}`]);
  });

  test.each([
    ['403 to every removal', () => 403, /403 .* and 403 to that of a lock/],
    ['401', () => 401, /answered 401/],
    ['405', () => 405, /answered 405/],
    ['a redirect', () => 302, /answered 302/],
    ['500', () => 500, /answered 500/],
  ])('proves nothing when the answer is %s', async (_, answerRemoval, why) => {
    await start(answerRemoval);
    expect(await probeAppendOnly(server.repo, {})).toMatch(why);
  });

  test('is asked as the user that restic would be: of the address, or of the environment', async () => {
    await start(APPEND_ONLY, USER);
    const own = server.repo.replace('//', `//${USER.user}:${encodeURIComponent(USER.password)}@`);
    expect(await probeAppendOnly(own, {})).toMatchObject({ kind: 'append_only' });
    const env = { RESTIC_REST_USERNAME: USER.user, RESTIC_REST_PASSWORD: USER.password };
    expect(await probeAppendOnly(server.repo.replace(/\/$/, ''), env)).toMatchObject({ kind: 'append_only' });
    expect(await probeAppendOnly(server.repo, {})).toContain('401');
  });
});

describe.skipIf(!requireTool('restic'))('the agent, with a real restic', () => {
  let agent: AgentProgram;
  let folder: string;

  beforeAll(async () => {
    agent = await installAgent();
    folder = path.join(agent.folder, 'repository');
    const env = { ...process.env, RESTIC_PASSWORD: 'c4n4ry-restic', RESTIC_REPOSITORY: folder };
    for (const args of [['init'], ['backup', '--quiet', import.meta.dirname]])
      execFileSync('restic', args, { env, stdio: 'ignore' });
  });
  afterAll(() => agent.remove());

  async function collectNow(settings: object, env: Record<string, string> = {}): Promise<AgentReport> {
    const file = path.join(agent.folder, 'agent.jsonc');
    const repo = server.repo.replace('//', `//${USER.user}:${encodeURIComponent(USER.password)}@`);
    const repository = { tool: 'restic', repo, stats: false, ...settings };
    fs.writeFileSync(file, JSON.stringify({ repositories: [repository], limits: { command_seconds: 5 } }));
    const { stdout } = await agent.run(['collect', '--json'], {
      RESTIC_PASSWORD: 'c4n4ry-restic',
      ...env,
    });
    expect(stdout).not.toMatch(/c4n4ry/);
    return agentReport.parse(JSON.parse(stdout));
  }

  test('removes nothing and asks for no removal unless the configuration says so', async () => {
    await start(APPEND_ONLY, { ...USER, folder });
    const { repositories, recovery_points: points } = await collectNow({});
    expect(repositories).toMatchObject([{ reachable: true, immutability: null }]);
    expect(points).toHaveLength(1);
    expect(server.removals).toEqual([]);
  });

  slowTest(
    'tells a repository that is append-only, one that is not, and one of which it cannot be told',
    async () => {
      const asked = { probe_append_only: true };
      await start(APPEND_ONLY, { ...USER, folder });
      expect(await collectNow(asked)).toMatchObject({
        repositories: [{ reachable: true, immutability: { kind: 'append_only', source: 'probed' } }],
        problems: [],
      });
      await server.close();
      await start(ORDINARY, { ...USER, folder });
      expect(await collectNow(asked)).toMatchObject({
        repositories: [{ immutability: { kind: 'none' } }],
        problems: [],
      });
      await server.close();
      await start(() => 403, { ...USER, folder });
      expect(await collectNow(asked)).toMatchObject({
        repositories: [{ reachable: true, immutability: null }],
        problems: [{ code: 'append_only_unproven', severity: 'info' }],
      });
    },
  );

  test('does not ask where it could not read the repository: who may not read is forbidden anything', async () => {
    await start(() => 403, { ...USER, folder });
    expect(await collectNow({ probe_append_only: true }, { RESTIC_PASSWORD: 'another' })).toMatchObject({
      repositories: [{ problem: { code: 'wrong_password' }, immutability: null }],
    });
    expect(server.removals).toEqual([]);
  });

  test.each([
    { tool: 'restic', repo: '/srv/restic' },
    { tool: 'restic', repo: 'sftp:nas:/r' },
    { tool: 'borg', repo: 'rest:http://nas/r' },
  ])('takes it for a mistake of the configuration at %o', async (repository) => {
    await start(ORDINARY);
    const file = path.join(agent.folder, 'wrong.jsonc');
    fs.writeFileSync(file, JSON.stringify({ repositories: [{ ...repository, probe_append_only: true }] }));
    expect(() => loadConfig(file)).toThrow('probe_append_only');
  });
});
