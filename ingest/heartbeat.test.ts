import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asOwner } from '@/ingest/testing/sample-agent';
import { setting } from '@/server/config';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { beat } from '@/server/data/own-outages';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { startBeating } from './heartbeat';

let at: TestDatabase;
let store: IngestStore;

beforeAll(async () => {
  at = await createTestDatabase();
  store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
});
afterAll(async () => {
  await store.close();
  await at.drop();
});

const outages = () =>
  asOwner(at.ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ from: Date; until: Date }>(
      'SELECT from_at AS "from", until_at AS until FROM app.own_outage',
    );
    return rows;
  });

test('the first beat after a process was gone keeps the time in between as an outage', async () => {
  const diedAt = new Date(Date.now() - 3_600_000);
  await beat(store, new Date(diedAt.getTime() - 10_000));
  await beat(store, diedAt);
  expect(await outages()).toEqual([]);
  const failed = vi.fn<(error: unknown) => void>();
  const startedAt = Date.now();
  const stop = startBeating(store, failed);
  const [outage] = await vi.waitUntil(async () => {
    const found = await outages();
    return found.length > 0 && found;
  });
  stop();
  expect(outage?.from).toEqual(diedAt);
  expect(outage?.until.getTime()).toBeGreaterThanOrEqual(startedAt);
  expect(failed).not.toHaveBeenCalled();
});

test('beats of two processes, and a minute between two, are no outage', async () => {
  const now = Date.now() + 600_000;
  await beat(store, new Date(now));
  const before = (await outages()).length;
  await beat(store, new Date(now - 5000));
  await beat(store, new Date(now + 60_000));
  expect(await outages()).toHaveLength(before);
  await beat(store, new Date(now + 120_001));
  expect(await outages()).toHaveLength(before + 1);
});
