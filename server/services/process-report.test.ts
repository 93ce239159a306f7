import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asOwner,
  makeAgent,
  makeTenant,
  nightOf,
  reportDelivery,
  reportOf,
  type ReportInput,
  type SampleAgent,
  type SampleTenant,
} from '@/ingest/testing/sample-agent';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { openDatabase, type Database } from '../data/database';
import { openIngestStore, type IngestStore } from '../data/ingest-store';
import { createReportIntake, type ReportIntake } from './ingest-report';
import { markDirty } from './mark-dirty';
import { processReports } from './process-report';
import { workMsp } from './work-msp';

let at: TestDatabase;
let store: IngestStore;
let database: Database;
let intake: ReportIntake;
const CLOUD = { repositoryKey: 'cloud-1', location: 's3:https://s3.eu-central-1.amazonaws.com/quillmark' };
const NAS = { repositoryKey: 'nas-1', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
const HOUR = 3_600_000;
const NOW = new Date();
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);

beforeAll(async () => {
  at = await createTestDatabase();
  store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
  database = openDatabase({ url: at.workerUrl, contextKey: setting('contextKey') });
  intake = createReportIntake(store, () => {});
});
afterAll(async () => {
  await store.close();
  await database.close();
  await at.drop();
});

interface Machine {
  tenant: SampleTenant;
  agent: SampleAgent;
  /** Delivers a report and has it processed. */
  readonly send: (parts: Partial<ReportInput>, receivedAt?: Date) => Promise<void>;
  readonly rows: (sql: string) => Promise<Record<string, unknown>[]>;
}

async function newMachine(host = 'fs-01'): Promise<Machine> {
  const tenant = await makeTenant(at.ownerUrl, `MSP of ${host}`);
  const agent = await makeAgent(at.ownerUrl, tenant, host);
  let sequence = 0;
  return {
    tenant,
    agent,
    send: async (parts, receivedAt = NOW) => {
      sequence++;
      const report = reportOf(agent, sequence, { generated_at: receivedAt.toISOString(), ...parts });
      await intake.receive(reportDelivery(agent, report, { receivedAt }));
      await workMsp(database, tenant.mspId, () => receivedAt);
    },
    rows: (sql) => asOwner(at.ownerUrl, async (owner) => (await owner.query(sql, [tenant.mspId])).rows),
  };
}

/** Everything derived, without the moments of writing. */
async function derived({ rows }: Machine): Promise<unknown> {
  const tables = [
    'system',
    'data_set',
    'repository',
    'job',
    'run',
    'run_identity',
    'recovery_point',
    'verification',
  ];
  return Promise.all(
    tables.map((table) => rows(`SELECT * FROM app.${table} t WHERE msp_id = $1 ORDER BY t::text`)),
  );
}

const requeue = (machine: Machine): Promise<unknown> =>
  machine.rows("UPDATE app.inbox SET state = 'pending', finished_at = NULL WHERE msp_id = $1");
const events = (machine: Machine): Promise<unknown[]> =>
  machine.rows("SELECT FROM audit.event WHERE msp_id = $1 AND action = 'verdict.changed'");

describe('a report becomes a verdict', () => {
  it('keeps the verdict with its reasons, and one audit event; none again when nothing changed', async () => {
    const machine = await newMachine();
    await machine.send(nightOf(machine.agent, ago(1), CLOUD));
    const [verdict] = await machine.rows('SELECT status, verdict FROM app.verdict WHERE msp_id = $1');
    expect(verdict).toMatchObject({
      status: 'non-compliant',
      verdict: {
        digits: { copies: { actual: 2, required: 3 } },
        reasons: expect.arrayContaining([{ code: 'digit-fails', digit: 'copies' }]),
      },
    });
    expect(await machine.rows('SELECT state FROM app.inbox WHERE msp_id = $1')).toEqual([
      { state: 'processed' },
    ]);
    expect(await events(machine)).toHaveLength(1);
    await machine.send(nightOf(machine.agent, ago(1), CLOUD), new Date(NOW.getTime() + 1000));
    expect(await events(machine)).toHaveLength(1);
    expect(await machine.rows('SELECT FROM app.status_change WHERE msp_id = $1')).toHaveLength(1);
  });

  it('takes repositories on the disk of the machine that looked for one failure domain, whosever points they hold', async () => {
    const machine = await newMachine('backup-01');
    const local = (folder: string) =>
      nightOf({ ...machine.agent, hostname: 'fs-01' }, ago(1), {
        repositoryKey: folder,
        location: `/srv/${folder}`,
        locationKind: 'local',
      });
    const [one, two] = [local('one'), local('two')];
    await machine.send({
      scope: { complete_for: [...(one.scope?.complete_for ?? []), ...(two.scope?.complete_for ?? [])] },
      runs: [...(one.runs ?? []), ...(two.runs ?? [])],
      recovery_points: [...(one.recovery_points ?? []), ...(two.recovery_points ?? [])],
      repositories: [...(one.repositories ?? []), ...(two.repositories ?? [])],
    });
    const [row] = await machine.rows('SELECT verdict FROM app.verdict WHERE msp_id = $1');
    expect(row?.['verdict']).toMatchObject({
      digits: { copies: { actual: 2 } },
      findings: expect.arrayContaining([
        expect.objectContaining({
          rule: 'same-failure-domain',
          detail: expect.objectContaining({ failureDomain: 'host:backup-01' }),
        }),
      ]),
    });
  });

  it('names two repositories that would have one short name by their whole locations', async () => {
    const machine = await newMachine();
    const night = (volume: string) =>
      nightOf(machine.agent, ago(1), {
        repositoryKey: volume,
        location: `sftp:backup@nas-01:/${volume}/restic`,
        locationKind: 'sftp',
      });
    await machine.send(night('volume1'));
    await machine.send(night('volume2'));
    const names = await machine.rows('SELECT name FROM app.repository WHERE msp_id = $1 ORDER BY name');
    expect(names).toEqual([{ name: 'nas-01' }, { name: 'nas-01:/volume2/restic' }]);
  });

  it('leads from everything derived to the report that said it', async () => {
    const machine = await newMachine();
    await machine.send(nightOf(machine.agent, ago(1), CLOUD));
    const said = await machine.rows(`SELECT raw_report_id FROM app.run WHERE msp_id = $1
      UNION SELECT raw_report_id FROM app.recovery_point WHERE msp_id = $1
      UNION SELECT attributes_report_id FROM app.repository WHERE msp_id = $1`);
    expect(said).toEqual(await machine.rows('SELECT raw_report_id FROM app.raw_report WHERE msp_id = $1'));
  });

  it('is compliant with a NAS whose place is declared and a public cloud, and changes by itself when time passes', async () => {
    const machine = await newMachine();
    const [nas, cloud] = [nightOf(machine.agent, ago(2), NAS), nightOf(machine.agent, ago(1), CLOUD)];
    await machine.send(nas, ago(0.5));
    await machine.send(cloud, ago(0.4));
    await declare(machine);
    await workMsp(database, machine.tenant.mspId, () => NOW);
    const status = () => machine.rows('SELECT status FROM app.system_status WHERE msp_id = $1');
    expect(await status()).toEqual([{ status: 'compliant' }]);
    await workMsp(database, machine.tenant.mspId, () => new Date(NOW.getTime() + 23 * HOUR));
    expect(await status()).toEqual([{ status: 'at-risk' }]);
    await workMsp(database, machine.tenant.mspId, () => new Date(NOW.getTime() + 25 * HOUR));
    expect(await status()).toEqual([{ status: 'non-compliant' }]);
    const open = await machine.rows('SELECT rule FROM app.finding WHERE msp_id = $1 AND closed_at IS NULL');
    expect(open.map((one) => one['rule'])).toContain('copies-missing');
    expect(await machine.rows('SELECT FROM app.status_change WHERE msp_id = $1')).toHaveLength(4);
  });
});

/** A technician says what the NAS is and where it and the server stand. */
async function declare(machine: Machine): Promise<void> {
  await asOwner(at.ownerUrl, async (owner) => {
    const { mspId, clientId } = machine.tenant;
    await owner.query(
      `WITH s AS (INSERT INTO app.site (msp_id, site_id, client_id, owner_kind, name, time_zone)
         VALUES ($1, gen_random_uuid(), $2, 'client', 'Leeds', 'UTC') RETURNING site_id),
       d AS (INSERT INTO app.declaration (msp_id, declaration_id, client_id, repository_id, attribute, value, reason,
           declared_by, declared_by_name, declared_at)
         SELECT $1, gen_random_uuid(), $2, repository_id, a, v, 'seen', gen_random_uuid(), 'Priya Nair', now()
         FROM app.repository, s, LATERAL (VALUES ('media', '"nas"'::jsonb), ('site', to_jsonb(s.site_id))) x (a, v)
         WHERE msp_id = $1 AND location_kind = 'sftp')
       UPDATE app.system SET site_id = s.site_id FROM s WHERE msp_id = $1`,
      [mspId, clientId],
    );
  });
  const scope = workerScope(machine.tenant.mspId);
  await database.inScope(scope, (tx) => markDirty(tx, scope, { clientIds: '*' }, NOW.getTime()));
}

describe('processing', () => {
  it('gives the same rows twice, and with two workers at once', async () => {
    const machine = await newMachine();
    await machine.send(nightOf(machine.agent, ago(26), CLOUD), ago(25));
    await machine.send(nightOf(machine.agent, ago(2), CLOUD));
    const before = await derived(machine);
    await requeue(machine);
    await Promise.all([1, 2, 3].map(() => workMsp(database, machine.tenant.mspId, () => NOW)));
    await workMsp(database, machine.tenant.mspId, () => NOW);
    expect(await machine.rows("SELECT FROM app.inbox WHERE msp_id = $1 AND state <> 'processed'")).toEqual(
      [],
    );
    expect(await derived(machine)).toEqual(before);
  });

  it('marks points that a whole listing lacks as vanished, and as present when they are back', async () => {
    const machine = await newMachine();
    const [first, second] = [nightOf(machine.agent, ago(26), CLOUD), nightOf(machine.agent, ago(2), CLOUD)];
    await machine.send(first, ago(25));
    await machine.send(second, ago(1));
    const vanished = () =>
      machine.rows(
        'SELECT vanished_at IS NOT NULL AS is_gone FROM app.recovery_point WHERE msp_id = $1 ORDER BY taken_at',
      );
    expect(await vanished()).toEqual([{ is_gone: true }, { is_gone: false }]);
    const points = [...(first.recovery_points ?? []), ...(second.recovery_points ?? [])];
    await machine.send({ ...second, recovery_points: points }, NOW);
    expect(await vanished()).toEqual([{ is_gone: false }, { is_gone: false }]);
  });

  it('lets an older listing that arrives late take nothing back', async () => {
    const machine = await newMachine();
    const [first, second] = [nightOf(machine.agent, ago(26), CLOUD), nightOf(machine.agent, ago(2), CLOUD)];
    await machine.send(second, ago(1));
    await machine.send({ ...first, generated_at: ago(25).toISOString() }, NOW);
    expect(
      await machine.rows('SELECT FROM app.recovery_point WHERE msp_id = $1 AND vanished_at IS NULL'),
    ).toHaveLength(2);
  });

  it('merges two tellings of a run: the worse end stands, what is known stays known', async () => {
    const machine = await newMachine();
    const night = nightOf(machine.agent, ago(1), CLOUD);
    const [run] = night.runs ?? [];
    if (!run) throw new Error('no run');
    const tell = (changed: object) => machine.send({ ...night, runs: [{ ...run, ...changed }] });
    await tell({ status: 'running', ended_at: null, exit_code: 0, message: 'begun' });
    await tell({ status: 'failed', message: null });
    await tell({ status: 'success' });
    const kept = await machine.rows(
      'SELECT status, exit_code, message, ended_at FROM app.run WHERE msp_id = $1',
    );
    expect(kept).toEqual([
      { status: 'failed', exit_code: 0, message: 'begun', ended_at: new Date(String(run.ended_at)) },
    ]);
    expect(await machine.rows('SELECT outcome FROM app.recovery_point WHERE msp_id = $1')).toEqual([
      { outcome: 'failed' },
    ]);
  });

  it('gives a point the outcome of its run in whatever order the two arrive', async () => {
    for (const order of [
      ['runs', 'recovery_points'],
      ['recovery_points', 'runs'],
    ] as const) {
      const machine = await newMachine();
      const night = nightOf(machine.agent, ago(1), CLOUD);
      for (const part of order)
        await machine.send({
          ...night,
          scope: { complete_for: [] },
          runs: [],
          recovery_points: [],
          [part]: night[part],
        });
      expect(await machine.rows('SELECT outcome FROM app.recovery_point WHERE msp_id = $1')).toEqual([
        { outcome: 'success' },
      ]);
      expect(
        await machine.rows('SELECT FROM app.data_set WHERE msp_id = $1 AND archived_at IS NULL'),
      ).toHaveLength(1);
    }
  });

  it('leaves out runs of before 14 months and of the day after tomorrow, and says so', async () => {
    const machine = await newMachine();
    const [old, ahead] = [
      nightOf(machine.agent, ago(24 * 500), CLOUD),
      nightOf(machine.agent, ago(-49), CLOUD),
    ];
    await machine.send({ runs: [...(old.runs ?? []), ...(ahead.runs ?? [])] });
    expect(await machine.rows('SELECT FROM app.run WHERE msp_id = $1')).toEqual([]);
    const [row] = await machine.rows('SELECT state, reason FROM app.inbox WHERE msp_id = $1');
    expect(row).toMatchObject({
      state: 'processed',
      reason: expect.stringContaining('2 runs were left out'),
    });
  });

  it('takes what a machine declares for no fact', async () => {
    const machine = await newMachine();
    const night = nightOf(machine.agent, ago(1), NAS);
    const repositories = night.repositories?.map((one) => ({
      ...one,
      media: { value: 'tape' as const, source: 'declared' as const },
      immutability: { kind: 'worm' as const, source: 'declared' as const },
    }));
    await machine.send({ ...night, repositories: repositories ?? [] });
    expect(
      await machine.rows('SELECT media, immutability_kind FROM app.repository WHERE msp_id = $1'),
    ).toEqual([{ media: null, immutability_kind: null }]);
  });

  it('shows a repository that could never be read, with its problem, as a finding of the machine that told of it', async () => {
    const machine = await newMachine();
    const night = nightOf(machine.agent, ago(1), NAS);
    const problem = { code: 'wrong_password' as const, message: 'wrong password' };
    const repositories = night.repositories?.map((one) => ({ ...one, reachable: false, problem })) ?? [];
    await machine.send({ repositories });
    const found = await machine.rows(
      "SELECT severity FROM app.finding WHERE msp_id = $1 AND rule = 'repository-unreadable'",
    );
    expect(found).toEqual([{ severity: 'critical' }]);
    await machine.send(night, new Date(NOW.getTime() + 1000));
    const open = await machine.rows(
      "SELECT FROM app.finding WHERE msp_id = $1 AND rule = 'repository-unreadable' AND closed_at IS NULL",
    );
    expect(open).toEqual([]);
    expect(await machine.rows('SELECT sources FROM app.data_set WHERE msp_id = $1')).toEqual([
      { sources: ['/srv'] },
    ]);
  });

  it('puts aside the report of an agent without client, and a report that fails five times, never its neighbours', async () => {
    const tenant = await makeTenant(at.ownerUrl, 'Own');
    const agent = await makeAgent(at.ownerUrl, { mspId: tenant.mspId, clientId: null }, 'own-01');
    await intake.receive(reportDelivery(agent, reportOf(agent, 1), { receivedAt: NOW }));
    await workMsp(database, tenant.mspId, () => NOW);
    const machine = await newMachine();
    await machine.rows('UPDATE app.agent SET version = version WHERE msp_id = $1');
    const poison = nightOf(machine.agent, ago(1), CLOUD);
    // Text that follows the schema, and that no row can hold.
    await asOwner(at.ownerUrl, (owner) =>
      owner.query(`ALTER TABLE app.job ADD CONSTRAINT poison CHECK (job_key <> 'poison') NOT VALID`),
    );
    const scope = workerScope(machine.tenant.mspId);
    const runs = poison.runs?.map((run) => ({ ...run, job_key: 'poison' })) ?? [];
    await intake.receive(
      reportDelivery(machine.agent, reportOf(machine.agent, 90, { runs }), { receivedAt: ago(1) }),
    );
    await machine.send(nightOf(machine.agent, ago(1), NAS));
    let now = NOW;
    for (let tries = 0; tries < 6; tries++) {
      await processReports(database, scope, now);
      now = new Date(now.getTime() + HOUR);
    }
    expect(
      await machine.rows('SELECT state, attempts FROM app.inbox WHERE msp_id = $1 ORDER BY received_at'),
    ).toEqual([
      { state: 'quarantined', attempts: 5 },
      { state: 'processed', attempts: 0 },
    ]);
    const own = await asOwner(at.ownerUrl, (owner) =>
      owner.query('SELECT state FROM app.inbox WHERE msp_id = $1', [tenant.mspId]),
    );
    expect(own.rows).toEqual([{ state: 'quarantined' }]);
  });
});
