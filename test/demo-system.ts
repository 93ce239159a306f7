import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { DeliveryAnswer } from '@/contract/delivery';
import { createIngestServer } from '@/ingest/ingest-server';
import { setting } from '@/server/config';
import { openDatabase, type Database } from '@/server/data/database';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { log } from '@/server/log';
import type { ServerIdentity } from '@/server/services/enrol-agent';
import { createReportIntake } from '@/server/services/ingest-report';
import { createMessageIntake } from '@/server/services/take-messages';
import { createTestDatabase, type TestDatabase } from './database';

/** An empty database, everything that fills it, and a data folder of its own. */
export interface DemoSystem {
  readonly at: TestDatabase;
  readonly migratorDatabase: Database;
  readonly database: Database;
  readonly store: IngestStore;
  readonly identity: ServerIdentity;
  readonly dataDir: string;
  close(): Promise<void>;
}

export async function newDemoSystem(): Promise<DemoSystem> {
  const at = await createTestDatabase();
  const contextKey = setting('contextKey');
  const migratorDatabase = openDatabase({ url: at.ownerUrl, contextKey, connectionsMax: 1 });
  const database = openDatabase({ url: at.workerUrl, contextKey, keepsStatements: true });
  const store = openIngestStore({ url: at.ingestUrl, contextKey });
  const identity = { publicKey: createPublicKey(setting('signingKey')), ingestUrl: null };
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-demo-'));
  const close = async (): Promise<void> => {
    await Promise.all([migratorDatabase.close(), database.close(), store.close()]);
    await at.drop();
    fs.rmSync(dataDir, { recursive: true });
  };
  return { at, migratorDatabase, database, store, identity, dataDir, close };
}

/** The real ingestion server of a demo's system. */
export interface RunningIngest {
  readonly url: string;
  close(): Promise<void>;
}

/** @param onKept told what became of each delivery after its commit; the answer waits for it */
export async function startIngest(
  { store, identity }: DemoSystem,
  onKept: (answer: DeliveryAnswer) => Promise<void> = async () => {},
): Promise<RunningIngest> {
  const intake = createReportIntake(store, () => {});
  const watched = {
    ...intake,
    receive: async (...delivery: Parameters<typeof intake.receive>) => {
      const answer = await intake.receive(...delivery);
      await onKept(answer);
      return answer;
    },
  };
  const server = createIngestServer(
    {
      store,
      intake: watched,
      messages: createMessageIntake(store, () => {}),
      identity,
      log: log('test'),
      agentFile: 'not needed',
    },
    () => false,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const isClosed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await isClosed;
    },
  };
}
