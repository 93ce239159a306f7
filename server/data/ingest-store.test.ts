import { afterAll, beforeAll, expect, it } from 'vitest';
import { asOwner, makeTenant } from '@/ingest/testing/sample-agent';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { ingestScope } from '../auth/system-scope';
import { setting } from '../config';
import { openIngestStore, type IngestStore } from './ingest-store';

let at: TestDatabase;
let store: IngestStore;
beforeAll(async () => {
  at = await createTestDatabase();
  store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey'), connectionsMax: 1 });
});
afterAll(async () => {
  await store.close();
  await at.drop();
});

it('a connection that breaks between two statements fails its transaction and nothing else', async () => {
  const { mspId } = await makeTenant(at.ownerUrl, 'Broken');
  const broken = store.inScope(ingestScope(mspId), async (query) => {
    const [row] = (await query('SELECT pg_backend_pid() AS pid', [])) as { pid: number }[];
    await asOwner(at.ownerUrl, (owner) => owner.query('SELECT pg_terminate_backend($1, 5000)', [row?.pid]));
    await new Promise((resolve) => setImmediate(resolve)); // in which we hear of it
    await query('SELECT 1', []);
  });
  await expect(broken).rejects.toThrow(/terminat|not queryable/);
  expect(await store.inScope(ingestScope(mspId), (query) => query('SELECT 1 AS one', []))).toEqual([
    { one: 1 },
  ]);
});
