import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { TestServer } from './global-setup';

/** A database with every migration applied and no rows, of one test file. */
export interface TestDatabase {
  readonly name: string;
  /** Superuser: sees everything, row security does not apply. */
  readonly ownerUrl: string;
  readonly webUrl: string;
  readonly workerUrl: string;
  readonly ingestUrl: string;
  /** Ends its sessions and removes it. */
  drop(): Promise<void>;
}

/** Copies the template of the run; call it in `beforeAll` and `drop` it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('testServer');
  const name = `test_${process.ppid}_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${server.templateName} STRATEGY file_copy`);
  return {
    name,
    ownerUrl: `${server.adminUrl}/${name}`,
    webUrl: addressFor(server, 'holdfast_web', name),
    workerUrl: addressFor(server, 'holdfast_worker', name),
    ingestUrl: addressFor(server, 'holdfast_ingest', name),
    drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function administer(server: TestServer, statement: string): Promise<void> {
  const client = new Client({ connectionString: `${server.adminUrl}/postgres` });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function addressFor(server: TestServer, role: string, name: string): string {
  const address = new URL(`${server.adminUrl}/${name}`);
  address.username = role;
  address.password = server.passwords[role] ?? '';
  return address.href;
}
