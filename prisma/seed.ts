import { createPublicKey } from 'node:crypto';
import { config, setting } from '@/server/config';
import { openDatabase } from '@/server/data/database';
import { openIngestStore } from '@/server/data/ingest-store';
import { DEMO_CAST } from '@/server/demo/cast';
import { fillDemo, HISTORY_DAYS } from '@/server/demo/fill-demo';

/** Fills the demo. Needs the addresses of migrator, worker and ingestion, and the keys of all three. */
const beganAt = performance.now();
const contextKey = setting('contextKey');
const named = { contextKey, applicationName: 'holdfast-seed' };
const migratorDatabase = openDatabase({ url: setting('databaseUrl'), connectionsMax: 1, ...named });
const database = openDatabase({
  url: withoutWaiting(setting('databaseUrlWorker')),
  keepsStatements: true,
  ...named,
});
const store = openIngestStore({ url: withoutWaiting(setting('databaseUrlIngest')), contextKey });
const identity = {
  publicKey: createPublicKey(setting('signingKey')),
  ingestUrl: config().ingestOrigin,
};
try {
  const times = { installedAt: Date.now(), historyDays: HISTORY_DAYS };
  await fillDemo(
    { migratorDatabase, database, store, identity, dataDir: config().dataDir },
    DEMO_CAST,
    times,
  );
  console.log(`filled in ${((performance.now() - beganAt) / 1000).toFixed(1)} s`);
} finally {
  await Promise.all([migratorDatabase.close(), database.close(), store.close()]);
}

/** Does not wait for the disk at every commit: the last one, the migrator's, waits for all before it. */
function withoutWaiting(url: string): string {
  const address = new URL(url);
  address.searchParams.set('options', '-c synchronous_commit=off');
  return address.href;
}
