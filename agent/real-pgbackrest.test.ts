import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestSigningText, type RestoreRequest } from '@/contract/restore-request';
import type { RestoreEvidence } from '@/agent/restore-test/evidence';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { AGENT_ID, enrolLikeTheServer, TOKEN } from './testing/enrolling-ingest';
import { startFakeIngest, type FakeIngest } from './testing/fake-ingest';
import {
  asPostgres,
  hasPgbackrest,
  makePgbackrestLab,
  pagesOf,
  PGBACKREST_CIPHER,
  POSTGRES_BIN,
  type PgbackrestLab,
} from './testing/pgbackrest-lab';

const isRoot = process.getuid?.() === 0;
const ROWS = 20_000;

describe.skipIf(!hasPgbackrest())('restore tests of a real pgBackRest repository', () => {
  let folder: string;
  let agent: AgentProgram;
  let configOf: PgbackrestLab['configOf'];
  let writeConfig: PgbackrestLab['writeConfig'];
  let damaged: PgbackrestLab['damaged'];

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hf-pg-'));
    agent = await installAgent();
    ({ configOf, writeConfig, damaged } = makePgbackrestLab(folder, ROWS));
  }, 120_000);
  afterAll(() => {
    agent.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function restoreTest(
    config: string,
    queries: readonly object[] = [{ name: 'ledger', sql: 'select count(*) from ledger', at_least: ROWS }],
    more: object = {},
    stanza: object = {},
  ): Promise<RestoreEvidence> {
    const file = path.join(folder, `${config}.jsonc`);
    fs.writeFileSync(
      file,
      JSON.stringify({
        restore_tests: {
          scratch: path.join(folder, 'scratch'),
          keep_free_mb: 0,
          postgres: [
            {
              stanza: 'main',
              config: configOf(config),
              bin: POSTGRES_BIN,
              queries,
              rto_minutes: 60,
              ...stanza,
            },
          ],
          ...more,
        },
      }),
    );
    fs.mkdirSync(path.join(folder, 'scratch'), { recursive: true });
    fs.chmodSync(path.join(folder, 'scratch'), 0o755);
    const { stdout, stderr } = await agent.run(['restore-test', '--tool', 'pgbackrest', '--json'], {
      HOLDFAST_CONFIG: file,
    });
    expect(stdout + stderr, 'no secret is told').not.toContain(PGBACKREST_CIPHER);
    expect(fs.readdirSync(path.join(folder, 'scratch')), 'nothing is left').toEqual([]);
    return JSON.parse(stdout || JSON.stringify({ stderr })) as RestoreEvidence;
  }

  test('a good one is restored elsewhere, started, asked, stopped and removed', async () => {
    const evidence = await restoreTest('good', [
      { name: 'ledger', sql: 'select count(*) from ledger', at_least: ROWS },
      { name: 'last entry', sql: 'select max(id) from ledger', equals: String(ROWS) },
    ]);
    expect(evidence).toMatchObject({
      result: 'passed',
      message: null,
      tool: 'pgbackrest',
      method: 'database_start',
      level: 'L4',
      point: { key: expect.stringMatching(/^\d{8}-\d{6}F$/) as string },
      queries: [
        { answer: String(ROWS), is_met: true },
        { answer: String(ROWS), is_met: true },
      ],
      manifest: { origin: 'application' },
      rto: { basis: 'measured', target_seconds: 3600, met: true },
      scratch_removed: true,
    });
    // A number beyond 2^53, to the last digit.
    expect(evidence.repository.key).toMatch(/^pgbackrest:\d{19}:main$/);
    expect(fs.existsSync(path.join(folder, 'pg/data/recovery.signal')), 'the source was left alone').toBe(
      false,
    );
  });

  const LATE = [{ name: 'late', sql: 'select count(*) from late_three', at_least: 1 }];

  test('what was archived after the backup is replayed to its end, and the evidence says how far', async () => {
    const evidence = await restoreTest('good', LATE);
    expect(evidence).toMatchObject({
      result: 'passed',
      replayed: {
        is_whole: true,
        last_transaction_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        archive_end: expect.stringMatching(/^[0-9A-F]{24}$/) as string,
      },
    });
    expect(
      await restoreTest('good', LATE, {}, { replay: 'backup' }),
      'the backup alone holds less',
    ).toMatchObject({
      result: 'failed',
      replayed: null,
    });
  }, 120_000);

  test('a gap in the archived log is a failure, though the database starts and holds what was asked', async () => {
    const name = damaged('gap', (repo) => {
      const segments = asPostgres(`find ${repo}/archive -type f -name '0000*-*'`).trim().split('\n');
      const [gone] = segments.toSorted().slice(-2);
      fs.rmSync(gone ?? '');
    });
    const evidence = await restoreTest(name);
    expect(evidence).toMatchObject({
      result: 'failed',
      queries: [{ is_met: true }],
      replayed: { is_whole: false },
    });
    expect(evidence.message).toMatch(/archived log ends after .* up to [0-9A-F]{24}/);
  }, 120_000);

  test('one that only answers proves less than one whose contents were compared', async () => {
    expect(await restoreTest('good', [{ name: 'alive', sql: 'select 1' }])).toMatchObject({
      result: 'passed',
      level: 'L3',
    });
  });

  test('a database that does not hold what it should is a failure', async () => {
    const evidence = await restoreTest('good', [
      { name: 'ledger', sql: 'select count(*) from ledger', at_least: ROWS + 1 },
      { name: 'orders', sql: 'select count(*) from orders', at_least: 1 },
    ]);
    expect(evidence).toMatchObject({ result: 'failed', queries: [{ is_met: false }, { is_met: false }] });
    expect(evidence.message).toContain(`ledger: ${ROWS}, expected at least ${ROWS + 1}`);
    expect(evidence.problems[0]).toContain('does not exist');
  });

  test('a flipped bit is a failure', async () => {
    const name = damaged('flipped', (repo) => {
      const file = pagesOf(repo);
      const bytes = fs.readFileSync(file);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      fs.writeFileSync(file, bytes);
    });
    expect(await restoreTest(name)).toMatchObject({ result: 'failed', queries: [] });
  }, 120_000);

  test('a missing file is a failure', async () => {
    const name = damaged('holed', (repo) => fs.rmSync(pagesOf(repo)));
    const evidence = await restoreTest(name);
    expect(evidence).toMatchObject({ result: 'failed' });
    expect(evidence.message).toMatch(/missing/i);
  }, 120_000);

  test('missing log, without which the backup cannot be made consistent, is a failure', async () => {
    const name = damaged('no-wal', (repo) =>
      asPostgres(`find ${repo}/archive -type f -name '0000*-*' -delete`),
    );
    expect(await restoreTest(name)).toMatchObject({ result: 'failed' });
  }, 120_000);

  async function verified(config: string): Promise<unknown> {
    const file = path.join(folder, `${config}-verify.jsonc`);
    const postgres = [
      { stanza: 'main', config: configOf(config), queries: [{ name: 'alive', sql: 'select 1' }] },
    ];
    fs.writeFileSync(file, JSON.stringify({ restore_tests: { postgres } }));
    const args = ['collect', '--tool', 'pgbackrest', '--repo', 'main', '--check', 'all', '--json'];
    const { stdout } = await agent.run(args, { HOLDFAST_CONFIG: file });
    return (JSON.parse(stdout) as { verifications: unknown[] }).verifications;
  }

  test('a good one is verified; a flipped bit and a lost file are named, though `verify` ends with 0', async () => {
    expect(await verified('good')).toMatchObject([
      { result: 'ok', kind: 'data_full', coverage_percent: 100 },
    ]);
    const flipped = damaged('flipped-too', (repo) => fs.appendFileSync(pagesOf(repo), 'x'));
    const lost = damaged('lost-too', (repo) => fs.rmSync(pagesOf(repo)));
    for (const name of [flipped, lost])
      expect(await verified(name), name).toMatchObject([
        { result: 'problems', errors: 1, exit_code: 0, damaged: [expect.stringMatching(/^\d{8}-\d{6}F$/)] },
      ]);
  }, 120_000);

  test('a wrong key and an unknown stanza are errors', async () => {
    writeConfig('wrong-key', 'repo', 'not-the-passphrase');
    expect(await restoreTest('wrong-key')).toMatchObject({ result: 'error', point: null });
    writeConfig('empty', 'nowhere');
    expect(await restoreTest('empty')).toMatchObject({ result: 'error', point: null });
  });

  describe('what Holdfast asks for', () => {
    const keys = generateKeyPairSync('ed25519');
    let ingest: FakeIngest;
    let asking: AgentProgram;

    beforeEach(async () => {
      ingest = await startFakeIngest();
      ingest.otherwise = enrolLikeTheServer(ingest, keys);
      asking = await installAgent();
      return async () => {
        await ingest.close();
        asking.remove();
      };
    });

    const LEDGER = { name: 'ledger', sql: 'select count(*) from ledger', at_least: ROWS };
    function report(
      config = 'good',
      queries: readonly object[] = [LEDGER],
      more: object = {},
      stanza: object = {},
    ) {
      const file = path.join(folder, 'asked.jsonc');
      const scratch = path.join(folder, 'scratch');
      fs.mkdirSync(scratch, { recursive: true });
      fs.chmodSync(scratch, 0o755);
      const postgres = [{ stanza: 'main', config: configOf(config), bin: POSTGRES_BIN, queries, ...stanza }];
      fs.writeFileSync(
        file,
        JSON.stringify({ restore_tests: { scratch, keep_free_mb: 0, postgres, ...more } }),
      );
      const env = { HOLDFAST_URL: ingest.url, HOLDFAST_TOKEN: TOKEN, HOLDFAST_CONFIG: file };
      return asking.run(['report'], env);
    }
    const reports = () => ingest.received.map((one) => one.report);
    const told = () => reports().flatMap((one) => one.restore_tests);
    /** As the server would ask, by what the agent told. */
    function request(changes: Partial<RestoreRequest> = {}): RestoreRequest {
      const point = reports().flatMap((one) => one.recovery_points)[0];
      return {
        kind: 'restore-test',
        request_id: randomUUID(),
        agent_id: AGENT_ID,
        issued_at: new Date().toISOString(),
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        trigger: 'schedule',
        repository_key: point?.repository_key ?? 'none',
        point: 'newest',
        job_key: point?.job_key ?? null,
        known_point_key: point?.point_key ?? 'none',
        rule: 'sample',
        files: 20,
        seed: 7,
        level: 'L4',
        rto_seconds: 1800,
        ...changes,
      };
    }
    const ask = (asked: RestoreRequest): RestoreRequest => {
      const body = JSON.stringify(asked);
      const signature = sign(null, Buffer.from(requestSigningText(body)), keys.privateKey);
      ingest.requests = [{ body, signature: signature.toString('base64') }];
      return asked;
    };

    test('each report lists the backups, so that a first test can be asked for; it is made once', async () => {
      await report();
      const [first] = reports();
      const key = first?.repositories[0]?.repository_key;
      expect(key).toMatch(/^pgbackrest:\d{19}:main$/);
      expect(first).toMatchObject({
        scope: { complete_for: [`recovery_points:${key}`] },
        repositories: [
          { tool: 'pgbackrest', reachable: true, encryption: { value: true, mode: 'aes-256-cbc' } },
        ],
        recovery_points: [
          {
            repository_key: key,
            state: 'complete',
            level: 'full',
            capture: 'database',
            source_paths: ['postgresql:main'],
          },
        ],
        restore_tests: [],
      });
      const asked = ask(request());
      await report();
      await report();
      expect(told()).toMatchObject([
        {
          test_key: asked.request_id,
          repository_key: key,
          point_key: asked.known_point_key,
          trigger: 'schedule',
          method: 'database_start',
          level: 'L4',
          result: 'passed',
          rto: { target_seconds: 1800, met: true },
          scratch_removed: true,
        },
      ]);
      expect(fs.readdirSync(path.join(folder, 'scratch'))).toEqual([]);
    }, 120_000);

    test('what cannot be proven or done is answered as skipped or an error, under the key that was asked about', async () => {
      await report();
      const key = request().repository_key;
      ask(request());
      await report('good', [{ name: 'alive', sql: 'select 1' }]);
      expect(told().at(-1)).toMatchObject({ result: 'skipped', repository_key: key });
      expect(told().at(-1)?.message).toContain('at_least');
      ask(request({ trigger: 'manual' }));
      await report('good', [{ name: 'alive', sql: 'select 1' }]);
      expect(told().at(-1), 'a person may want to know that it starts').toMatchObject({
        result: 'passed',
        level: 'L3',
      });
      ask(request({ trigger: 'manual', point: { point_key: 'gone' } }));
      await report();
      expect(told().at(-1)).toMatchObject({ result: 'error', repository_key: key });
      ask(request());
      await report('good', [LEDGER], { on_request: false });
      expect(told().at(-1)).toMatchObject({ result: 'skipped', repository_key: key });
      ask(request({ repository_key: 'pgbackrest:7000000000000000000:main' }));
      await report();
      expect(told().at(-1), 'another database of that name').toMatchObject({ result: 'skipped' });
      ask(request({ drill: true, trigger: 'manual' }));
      await report();
      expect(reports().flatMap((one) => one.restore_drills)).toMatchObject([{ outcome: 'skipped' }]);
    }, 120_000);

    test('a stanza that cannot be read is told as that, under the key by which it was known', async () => {
      await report();
      const key = request().repository_key;
      // The same configuration file, by which the agent knows it again.
      const before = fs.readFileSync(configOf('good'));
      writeConfig('good', 'repo', 'not-the-passphrase');
      await report();
      fs.writeFileSync(configOf('good'), before);
      const last = reports().at(-1);
      expect(last).toMatchObject({
        scope: { complete_for: [] },
        repositories: [{ repository_key: key, reachable: false, problem: { code: 'unreadable' } }],
        recovery_points: [],
      });
      expect(JSON.stringify(last)).not.toContain(PGBACKREST_CIPHER);
    });

    test.skipIf(!isRoot)('a user that is not there costs the machine no report', async () => {
      await report('good', [LEDGER], {}, { user: 'nobody-of-this-name' });
      expect(reports()).toMatchObject([
        { repositories: [{ tool: 'pgbackrest', reachable: false, problem: { code: 'unreadable' } }] },
      ]);
    });
  });

  test('without room it is skipped, and at the time limit it is an error', async () => {
    expect(await restoreTest('good', undefined, { keep_free_mb: 100_000_000 })).toMatchObject({
      result: 'skipped',
      scratch_removed: true,
    });
    expect(await restoreTest('good', undefined, { time_limit_minutes: 0.005 })).toMatchObject({
      result: 'error',
      scratch_removed: true,
    });
  });
});
