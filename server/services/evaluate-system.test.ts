import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  asOwner,
  makeAgent,
  makeTenant,
  nightOf,
  reportDelivery,
  reportOf,
  type SampleAgent,
  type SampleTenant,
} from '@/ingest/testing/sample-agent';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { openDatabase, type Database } from '../data/database';
import { openIngestStore, type IngestStore } from '../data/ingest-store';
import { evaluateSystems } from './evaluate-system';
import { createReportIntake } from './ingest-report';
import { processReports } from './process-report';

const HOUR = 3_600_000;
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/b' };

let at: TestDatabase;
let store: IngestStore;
let database: Database;

beforeAll(async () => {
  at = await createTestDatabase();
  store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
  database = openDatabase({ url: at.workerUrl, contextKey: setting('contextKey') });
});
afterAll(async () => {
  await store.close();
  await database.close();
  await at.drop();
});

interface Machine {
  readonly tenant: SampleTenant;
  readonly agent: SampleAgent;
  /** Takes in the report of a night; nothing of it is processed yet. */
  report(sequence: number, night: Date, receivedAt: Date): Promise<void>;
  process(now: Date): Promise<void>;
  evaluate(now: Date): Promise<number>;
}

async function newMachine(name: string): Promise<Machine> {
  const tenant = await makeTenant(at.ownerUrl, name);
  const agent = await makeAgent(at.ownerUrl, tenant, 'fs-01');
  const intake = createReportIntake(store, () => {});
  const scope = workerScope(tenant.mspId);
  return {
    tenant,
    agent,
    report: async (sequence, night, receivedAt) => {
      const report = reportOf(agent, sequence, nightOf(agent, night, CLOUD));
      await intake.receive(reportDelivery(agent, report, { receivedAt }));
    },
    process: async (now) => void (await processReports(database, scope, now)),
    evaluate: (now) => evaluateSystems(database, scope, now),
  };
}

const MONDAY = new Date('2026-11-23T22:00:00Z');
const after = (hours: number): Date => new Date(MONDAY.getTime() + hours * HOUR);

test('nobody is judged while a report that has just come waits: after an outage it would look lost for a moment', async () => {
  const machine = await newMachine('Quillmark IT');
  await machine.report(1, MONDAY, after(1));
  await machine.process(after(1));
  expect(await machine.evaluate(after(1))).toBe(1);
  // We were away for a day and a half; Monday's point is stale, and Tuesday's is on its way.
  await machine.report(2, after(24), after(37));
  expect(await machine.evaluate(after(37))).toBe(0);
  await machine.process(after(37));
  expect(await machine.evaluate(after(37))).toBe(1);
});

test('a report that waits for longer does not hold up the verdicts', async () => {
  const machine = await newMachine('Northgate');
  await machine.report(1, MONDAY, after(1));
  await machine.process(after(1));
  await machine.evaluate(after(1));
  await machine.report(2, after(24), after(36));
  expect(await machine.evaluate(new Date(after(36).getTime() + 59_000))).toBe(0);
  expect(await machine.evaluate(new Date(after(36).getTime() + 60_000))).toBe(1);
});

test('a report that failed does not hold up the verdicts', async () => {
  const machine = await newMachine('Eastgate');
  await machine.report(1, MONDAY, after(1));
  await machine.process(after(1));
  await machine.evaluate(after(1));
  await machine.report(2, after(24), after(37));
  await asOwner(at.ownerUrl, (owner) =>
    owner.query("UPDATE app.inbox SET next_try_at = $1 WHERE state = 'pending'", [after(38)]),
  );
  expect(await machine.evaluate(after(37))).toBe(1);
});

test('reports of one client hold up nobody else', async () => {
  const machine = await newMachine('Harbour');
  await machine.report(1, MONDAY, after(1));
  await machine.process(after(1));
  await machine.evaluate(after(1));
  await asOwner(at.ownerUrl, async (owner) => {
    const other = '01930000-0000-7000-8000-000000000001';
    const { mspId } = machine.tenant;
    await owner.query(
      "INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, 'Other', 'UTC')",
      [mspId, other],
    );
    await owner.query(
      `INSERT INTO app.inbox (msp_id, raw_report_id, client_id, received_at)
       SELECT msp_id, raw_report_id, $2, $3 FROM app.inbox WHERE msp_id = $1
       ON CONFLICT (msp_id, raw_report_id) DO UPDATE SET client_id = $2, state = 'pending', received_at = $3`,
      [mspId, other, after(40)],
    );
  });
  expect(await machine.evaluate(after(40))).toBe(1);
});
