import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentReport } from '@/contract/report';
import { loadConfig } from '@/agent/config/agent-config';
import { hideCredentials } from '@/agent/redact';
import { installAgent } from '@/agent/testing/agent-program';
import { collectExec, type CollectedExec } from './collect-exec';
import { readAnswer } from './exec-answer';

const NOW = new Date('2026-11-29T12:00:00Z');
const SECRET = 'c4n4ry-robot';
const SAYER = { name: 'robot', hostname: 'files01' };

const REPOSITORY = {
  repository_key: 'tape-1',
  location: 'tapes in the safe',
  location_kind: 'tape',
  reachable: true,
};
const POINT = {
  point_key: 'A1',
  repository_key: 'tape-1',
  job_key: 'weekly',
  taken_at: '2026-11-28T20:00:00Z',
  completed_at: '2026-11-28T22:00:00+01:00',
  state: 'complete',
};
const RUN = {
  run_key: '17',
  job_key: 'weekly',
  kind: 'backup',
  status: 'success',
  started_at: '2026-11-28T20:00:00Z',
  ended_at: '2026-11-28T21:00:00Z',
};
const DOCUMENT = {
  schema_version: '1.0',
  scope: { complete_for: ['recovery_points:tape-1'] },
  repositories: [REPOSITORY],
  recovery_points: [POINT],
  runs: [RUN],
};

const read = (document: unknown) => readAnswer(JSON.stringify(document), SAYER, NOW, hideCredentials);

describe('what a program says', () => {
  test('is taken under keys of its own and marked as its word', () => {
    expect(
      read({
        ...DOCUMENT,
        repositories: [
          {
            ...REPOSITORY,
            encryption: { value: true },
            immutability: { kind: 'worm' },
            media: { value: 'tape' },
          },
        ],
      }),
    ).toMatchObject({
      completeFor: ['recovery_points:exec:files01:robot:tape-1'],
      repositories: [
        {
          repository_key: 'exec:files01:robot:tape-1',
          tool: 'exec',
          tool_format: 'told by the script robot',
          encryption: { value: true, source: 'declared' },
          immutability: { kind: 'worm', source: 'declared', proven_at: null },
          media: { value: 'tape', source: 'declared' },
        },
      ],
      recovery_points: [
        {
          point_key: 'A1',
          repository_key: 'exec:files01:robot:tape-1',
          job_key: 'exec:files01:robot:weekly',
          source_host: 'files01',
          tags: ['script:robot'],
          state: 'complete',
          verified_depth: 'none',
          last_verified_at: null,
          immutable_until: null,
          encrypted: null,
        },
      ],
      runs: [{ run_key: 'exec:files01:robot:17', job_key: 'exec:files01:robot:weekly', status: 'success' }],
    });
  });

  test.each(['partial', 'incomplete', 'waiting', 'corrupt', 'unknown'])(
    'of a point that is %s is not made better',
    (state) => {
      expect(read({ ...DOCUMENT, recovery_points: [{ ...POINT, state }] })).toMatchObject({
        recovery_points: [{ state }],
      });
    },
  );

  test('may be nothing', () => {
    expect(read({ schema_version: '1.0', repositories: [] })).toMatchObject({
      repositories: [],
      recovery_points: [],
    });
  });

  const { state: _state, ...stateless } = POINT;
  test.each<[string, unknown]>([
    ['schema_version', { ...DOCUMENT, schema_version: '2.0' }],
    ['Unrecognized key: "verifications"', { ...DOCUMENT, verifications: [] }],
    ['Unrecognized key: "restore_tests"', { ...DOCUMENT, restore_tests: [] }],
    ['recovery_points.0.state', { ...DOCUMENT, recovery_points: [stateless] }],
    ['recovery_points.0.state', { ...DOCUMENT, recovery_points: [{ ...POINT, state: 'good' }] }],
    [
      'Unrecognized key: "verified_depth"',
      { ...DOCUMENT, recovery_points: [{ ...POINT, verified_depth: 'restore' }] },
    ],
    [
      'Unrecognized key: "immutable_until"',
      { ...DOCUMENT, recovery_points: [{ ...POINT, immutable_until: POINT.taken_at }] },
    ],
    ['Unrecognized key: "gb"', { ...DOCUMENT, recovery_points: [{ ...POINT, bytes: { gb: 1 } }] }],
    [
      'recovery_points.0.bytes.stored',
      { ...DOCUMENT, recovery_points: [{ ...POINT, bytes: { stored: 1.5 } }] },
    ],
    [
      'recovery_points.0.taken_at',
      { ...DOCUMENT, recovery_points: [{ ...POINT, taken_at: '2026-11-28 20:00' }] },
    ],
    ['runs.0.status', { ...DOCUMENT, runs: [{ ...RUN, status: 'missed' }] }],
    ['repositories.0.reachable', { ...DOCUMENT, repositories: [{ repository_key: 'a', location: 'a' }] }],
    [
      'Unrecognized key: "source"',
      { ...DOCUMENT, repositories: [{ ...REPOSITORY, encryption: { value: true, source: 'probed' } }] },
    ],
    [
      'repositories.0.location: must be one line',
      { ...DOCUMENT, repositories: [{ ...REPOSITORY, location: 'a\nb' }] },
    ],
    [
      'A1 lies in the future',
      { ...DOCUMENT, recovery_points: [{ ...POINT, completed_at: '2026-11-29T12:11:00Z' }] },
    ],
    ['17 lies in the future', { ...DOCUMENT, runs: [{ ...RUN, ended_at: '2027-01-01T00:00:00Z' }] }],
    [
      'A1 ends before it begins',
      { ...DOCUMENT, recovery_points: [{ ...POINT, completed_at: '2026-11-28T19:59:59Z' }] },
    ],
    [
      'tape-2 is not among the repositories',
      { ...DOCUMENT, recovery_points: [{ ...POINT, repository_key: 'tape-2' }] },
    ],
    ['tape-2 is not among the repositories', { ...DOCUMENT, runs: [{ ...RUN, repository_key: 'tape-2' }] }],
    [
      'tape-2 is not a repository that is reachable',
      { ...DOCUMENT, scope: { complete_for: ['recovery_points:tape-2'] } },
    ],
    [
      'tape-1 is not a repository that is reachable',
      { ...DOCUMENT, repositories: [{ ...REPOSITORY, reachable: false }] },
    ],
    [
      'tape-1 has a problem and is reachable',
      { ...DOCUMENT, repositories: [{ ...REPOSITORY, problem: { code: 'network' } }] },
    ],
    ['tape-1 stands there twice', { ...DOCUMENT, repositories: [REPOSITORY, REPOSITORY] }],
    ['tape-1 A1 stands there twice', { ...DOCUMENT, recovery_points: [POINT, POINT] }],
    ['17 stands there twice', { ...DOCUMENT, runs: [RUN, RUN] }],
    ['half a character', { ...DOCUMENT, recovery_points: [{ ...POINT, source_host: '\uD800' }] }],
    ['a control character', { ...DOCUMENT, runs: [{ ...RUN, message: '\u0000' }] }],
    ['document', [DOCUMENT]],
  ])('is refused whole: %s', (why, document) => {
    expect(read(document)).toContain(why);
  });

  test.each(['', '{', '{"schema_version":"1.0"}{}', 'Backup OK\n{}', 'null'])(
    'is refused when it is %j',
    (text) => {
      expect(typeof readAnswer(text, SAYER, NOW, hideCredentials)).toBe('string');
    },
  );
});

describe('a program', () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-exec-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const script = (text: string, mode = 0o755): string => {
    const file = path.join(folder, 'robot');
    fs.writeFileSync(file, `#!/bin/sh\n${text}\n`);
    fs.chmodSync(file, mode);
    return file;
  };
  const say = (document: unknown): string => {
    fs.writeFileSync(path.join(folder, 'document'), JSON.stringify(document));
    return script(`cat ${folder}/document`);
  };
  const configFile = (): string => path.join(folder, 'agent.jsonc');

  async function collectNow(more: object, repositories: Record<string, string> = {}): Promise<CollectedExec> {
    fs.writeFileSync(configFile(), JSON.stringify({ exec_collectors: [{ name: 'robot', ...more }] }));
    const { exec_collectors: collectors } = loadConfig(configFile());
    const env = {
      PATH: process.env['PATH'],
      ROBOT_PASSWORD: SECRET,
      OTHER_SECRET: 'o7her-s3cret',
      HOLDFAST_TOKEN: 'hfe_x',
    };
    return collectExec({ collectors, env, memory: { repositories }, now: NOW });
  }

  test('gets its arguments as they are, no input, and no variable that is not handed on', async () => {
    const program = script(
      `printf '%s\\n' "$@" > ${folder}/args; cat > ${folder}/stdin; env > ${folder}/env; echo '{"schema_version":"1.0","repositories":[]}'`,
    );
    await collectNow({ program, args: ['$(id)', '; rm -rf x', '*'], hand_on: ['ROBOT_PASSWORD'] });
    expect(fs.readFileSync(path.join(folder, 'args'), 'utf8')).toBe('$(id)\n; rm -rf x\n*\n');
    expect(fs.readFileSync(path.join(folder, 'stdin'), 'utf8')).toBe('');
    const env = fs.readFileSync(path.join(folder, 'env'), 'utf8');
    expect(env).toContain(`ROBOT_PASSWORD=${SECRET}`);
    expect(env).toContain('TZ=UTC');
    expect(env).not.toMatch(/o7her|hfe_x/);
  });

  test('that fails, however good what it printed, tells nothing; what it told before is out of sight', async () => {
    const { collection, learnt } = await collectNow({ program: say(DOCUMENT) });
    expect(collection.recovery_points).toHaveLength(1);
    const program = script(`cat ${folder}/document; echo "no ${SECRET} robot" >&2; exit 3`);
    const failed = await collectNow({ program, hand_on: ['ROBOT_PASSWORD'] }, learnt.repositories);
    expect(failed.collection).toMatchObject({
      completeFor: [],
      recovery_points: [],
      runs: [],
      repositories: [
        {
          repository_key: collection.repositories[0]?.repository_key,
          location: 'tapes in the safe',
          reachable: false,
          problem: { code: 'unreadable', exit_code: 3, message: 'It ended with 3: no *** robot' },
        },
      ],
      problems: [{ code: 'exec_collector_failed', severity: 'warning', subject: 'robot' }],
    });
  });

  test.each<[string, () => object, string, RegExp]>([
    [
      'is too slow',
      () => ({ program: script('exec sleep 30'), time_limit_seconds: 0.3 }),
      'timeout',
      /time limit/,
    ],
    ['prints too much', () => ({ program: script('head -c 9000000 /dev/zero') }), 'unreadable', /8 MiB/],
    ['prints no UTF-8', () => ({ program: script(`printf '"\\377"'`) }), 'unreadable', /UTF-8/],
    ['prints what is not the form', () => ({ program: say({ ok: true }) }), 'unreadable', /schema_version/],
    [
      'may be written by others',
      () => ({ program: script('true', 0o777) }),
      'permission',
      /changed by others/,
    ],
    ['is not there', () => ({ program: path.join(folder, 'no-program') }), 'permission', /is not there/],
    ['cannot be executed', () => ({ program: script('true', 0o644) }), 'permission', /EACCES/],
  ])('that %s is told as that', async (_, settings, code, message) => {
    const { collection, learnt } = await collectNow(settings());
    expect(collection).toMatchObject({
      completeFor: [],
      recovery_points: [],
      repositories: [{ tool: 'exec', location: 'script robot', reachable: false, problem: { code } }],
      problems: [{ code: 'exec_collector_failed' }],
    });
    expect(collection.repositories[0]?.problem?.message).toMatch(message);
    expect(learnt.repositories).toEqual({});
  });

  test('says no secret that it was given', async () => {
    const document = {
      ...DOCUMENT,
      repositories: [{ ...REPOSITORY, location: `robot ${SECRET} https://a:b@robot/` }],
    };
    const { collection } = await collectNow({ program: say(document), hand_on: ['ROBOT_PASSWORD'] });
    expect(collection.repositories[0]?.location).toBe('robot *** https://robot/');
  });

  test('is asked by `collect --tool exec`, and its report keeps the contract', async () => {
    const agent = await installAgent();
    try {
      fs.writeFileSync(
        configFile(),
        JSON.stringify({ exec_collectors: [{ name: 'robot', program: say(DOCUMENT) }] }),
      );
      for (const args of [['--tool', 'exec', '--repo', 'robot'], []]) {
        const { stdout, stderr } = await agent.run(['collect', ...args, '--json'], {
          HOLDFAST_CONFIG: configFile(),
        });
        expect(stderr).toBe('');
        expect(agentReport.parse(JSON.parse(stdout))).toMatchObject({
          source: { adapter: 'exec' },
          recovery_points: [{ point_key: 'A1' }],
        });
      }
      const unknown = await agent.run(['collect', '--tool', 'exec', '--repo', 'nobody'], {
        HOLDFAST_CONFIG: configFile(),
      });
      expect(unknown.exitCode).toBe(64);
    } finally {
      agent.remove();
    }
  });
});

test.each([
  { program: 'robot' },
  { program: '/robot', name: '../x' },
  { program: '/robot', hand_on: ['A=B'] },
  { program: '/robot', shell: true },
])('a configuration is refused: %o', (settings) => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-exec-')), 'agent.jsonc');
  fs.writeFileSync(file, JSON.stringify({ exec_collectors: [{ name: 'robot', ...settings }] }));
  expect(() => loadConfig(file)).toThrow('exec_collectors');
});
