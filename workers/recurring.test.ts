import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  asOwner,
  makeAgent,
  makeTenant,
  nightOf,
  reportDelivery,
  reportOf,
} from '@/ingest/testing/sample-agent';
import { setting } from '@/server/config';
import { openDatabase, type Database } from '@/server/data/database';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { log } from '@/server/log';
import { createReportIntake } from '@/server/services/ingest-report';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { sweep } from './recurring';

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

const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-west-2.amazonaws.com/b' };

it('processes and evaluates the reports of every MSP though no queue ever rang', async () => {
  const intake = createReportIntake(store, () => {});
  for (const name of ['Quillmark IT', 'Harbour MSP']) {
    const agent = await makeAgent(at.ownerUrl, await makeTenant(at.ownerUrl, name), 'fs-01');
    const night = nightOf(agent, new Date(Date.now() - 3_600_000), CLOUD);
    await intake.receive(reportDelivery(agent, reportOf(agent, 1, night)));
  }
  await sweep({ database, log: log('worker') }, () => {});
  const verdicts = await asOwner(at.ownerUrl, (owner) =>
    owner.query('SELECT DISTINCT msp_id FROM app.verdict'),
  );
  expect(verdicts.rowCount).toBe(2);
});

it('has nothing to do right after it was done, and something again with the next report', async () => {
  const due = async (): Promise<number> =>
    asOwner(
      at.ownerUrl,
      async (owner) =>
        (await owner.query("SELECT FROM app.work_due WHERE kind = 'inbox' AND due_at <= now()")).rowCount ??
        0,
    );
  expect(await due()).toBe(0);
  const agent = await makeAgent(at.ownerUrl, await makeTenant(at.ownerUrl, 'Third'), 'fs-01');
  await createReportIntake(store, () => {}).receive(reportDelivery(agent, reportOf(agent, 1)));
  expect(await due()).toBe(1);
});
