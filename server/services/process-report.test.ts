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
import { setting } from '../config';
import { openDatabase, type Database } from '../data/database';
import { openIngestStore, type IngestStore } from '../data/ingest-store';
import { createReportIntake, type ReportIntake } from './ingest-report';
import { workMsp } from './work-msp';

let at: TestDatabase;
let store: IngestStore;
let database: Database;
let intake: ReportIntake;
const CLOUD = { repositoryKey: 'cloud-1', location: 's3:https://s3.eu-central-1.amazonaws.com/quillmark' };

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

async function newMachine(host: string): Promise<{ tenant: SampleTenant; agent: SampleAgent; send: Send }> {
  const tenant = await makeTenant(at.ownerUrl, host);
  const agent = await makeAgent(at.ownerUrl, tenant, host);
  let sequence = 0;
  const send: Send = async (parts, receivedAt = new Date(), work = true) => {
    sequence++;
    const report = reportOf(agent, sequence, { generated_at: receivedAt.toISOString(), ...parts });
    await intake.receive(reportDelivery(agent, report, { receivedAt }));
    if (work) await workMsp(database, tenant.mspId, () => receivedAt);
  };
  return { tenant, agent, send };
}
type Send = (parts: Partial<ReportInput>, receivedAt?: Date, work?: boolean) => Promise<void>;

async function rows(sql: string, tenant: SampleTenant): Promise<Record<string, unknown>[]> {
  return asOwner(at.ownerUrl, async (owner) => (await owner.query(sql, [tenant.mspId])).rows);
}
const count = async (table: string, tenant: SampleTenant): Promise<number> =>
  Number((await rows(`SELECT count(*) AS n FROM ${table} WHERE msp_id = $1`, tenant))[0]?.['n']);

describe('a report becomes a verdict', () => {
  it('stores the verdict with its reasons, its status and one audit event, and none again when nothing changed', async () => {
    const { tenant, agent, send } = await newMachine('fs-01');
    const now = new Date();
    await send(nightOf(agent, new Date(now.getTime() - 3_600_000), CLOUD), now);
    const [verdict] = await rows('SELECT status, verdict FROM app.verdict WHERE msp_id = $1', tenant);
    expect(verdict).toMatchObject({ status: 'non-compliant' });
    expect(verdict?.['verdict']).toMatchObject({ digits: { copies: { actual: 2, required: 3 } } });
    const changed = () =>
      rows("SELECT * FROM audit.event WHERE msp_id = $1 AND action = 'verdict.changed'", tenant);
    expect(await changed()).toHaveLength(1);
    expect(await rows('SELECT inbox.state FROM app.inbox WHERE msp_id = $1', tenant)).toEqual([
      { state: 'processed' },
    ]);
    await send(nightOf(agent, new Date(now.getTime() - 3_600_000), CLOUD), new Date(now.getTime() + 1000));
    expect(await changed()).toHaveLength(1);
    expect(await count('app.status_change', tenant)).toBe(1);
    expect(
      (await rows('SELECT name FROM app.finding WHERE false AND msp_id = $1', tenant).catch(() => [])).length,
    ).toBe(0);
  });
});
