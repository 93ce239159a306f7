import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { postgresStatus, startPostgres, stopPostgres } from '../scripts/embedded-postgres.mjs';
import { applyMigrations, migrationFiles } from '../scripts/migrate.mjs';
import { freePort } from '../scripts/ports.mjs';
import { isRunning } from '../scripts/run-program.mjs';
import { withLock } from '../scripts/lock.mjs';

/** What a test needs to make a database of its own; see `test/database.ts`. */
export interface TestServer {
  /** Address of the superuser, without a database. */
  readonly adminUrl: string;
  readonly templateName: string;
  /** Names of the login roles and their passwords. */
  readonly passwords: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

const DATA_DIR = path.resolve(import.meta.dirname, '../.test-data');
const POSTGRES_DIR = path.join(DATA_DIR, 'postgres');
const LOCK_FILE = path.join(DATA_DIR, 'lock');
const SUPERUSER_PASSWORD = 'tests-only';
const PASSWORDS = {
  holdfast_web: 'tests-web',
  holdfast_worker: 'tests-worker',
  holdfast_ingest: 'tests-ingest',
};
const RUN_NAME = 'holdfast test run';

/** No disk is waited for: a test cluster that is lost is made again. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '128MB' };

/** The session that keeps the server up while this run lasts. */
let presence: Client | undefined;

/**
 * Starts a real Postgres for the whole run and makes the template that test databases are copied from (kept until a
 * migration changes). Several runs may share the server; the last one stops it.
 */
export async function setup(project: TestProject): Promise<void> {
  fs.mkdirSync(DATA_DIR, { recursive: true });
  giveSecrets();
  project.provide('testServer', await withLock(LOCK_FILE, joinServer));
}

export async function teardown(): Promise<void> {
  await withLock(LOCK_FILE, leaveServer);
}

/** Workers inherit the environment of this process; what they sign and seal with belongs to this run alone. */
function giveSecrets(): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  Object.assign(process.env, {
    HOLDFAST_DATA_DIR: DATA_DIR,
    HOLDFAST_CONTEXT_KEY: CONTEXT_KEY_HEX,
    HOLDFAST_SECRET_KEY: randomBytes(32).toString('hex'),
    HOLDFAST_SIGNING_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    NEXTAUTH_SECRET: randomBytes(32).toString('hex'),
    // servers that tests let Holdfast ask stand on this machine
    HOLDFAST_PULL_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
  });
}

/** Fixed, because it is kept in the template. */
const CONTEXT_KEY_HEX = createHash('sha256').update('the context key of the tests').digest('hex');

async function joinServer(): Promise<TestServer> {
  const { port } = await startPostgres({
    dataDir: POSTGRES_DIR,
    port: postgresStatus({ dataDir: POSTGRES_DIR })?.port ?? (await freePort(54399)),
    password: SUPERUSER_PASSWORD,
    settings: SETTINGS,
  });
  const adminUrl = `postgresql://postgres:${SUPERUSER_PASSWORD}@127.0.0.1:${port}`;
  const client = new Client({ connectionString: `${adminUrl}/postgres`, application_name: RUN_NAME });
  await client.connect();
  presence = client;
  await dropLeftovers(client);
  const templateName = await makeTemplate(client, adminUrl);
  return { adminUrl, templateName, passwords: PASSWORDS };
}

async function leaveServer(): Promise<void> {
  if (!presence) return;
  const runs = await otherRuns(presence);
  await presence.end();
  presence = undefined;
  if (runs === 0) await stopPostgres({ dataDir: POSTGRES_DIR });
}

async function otherRuns(client: Client): Promise<number> {
  const { rows } = await client.query<{ runs: number }>(
    'SELECT count(*)::int AS runs FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
    [RUN_NAME],
  );
  return rows[0]?.runs ?? 0;
}

/** Databases of runs that were killed carry a dead process number; templates of older migrations serve nobody. */
async function dropLeftovers(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database');
  const isAlone = (await otherRuns(client)) === 0;
  const names = rows.map(({ name }) => name);
  const ofDeadRuns = names.filter(
    (name) => /^test_\d+_/.test(name) && !isRunning(Number(name.split('_')[1])),
  );
  const oldTemplates = isAlone
    ? names.filter((name) => name.startsWith('template_') && name !== templateFor())
    : [];
  for (const name of [...ofDeadRuns, ...oldTemplates])
    await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
}

function templateFor(): string {
  const bullmqVersion = fs.readFileSync(
    path.resolve(DATA_DIR, '../node_modules/bullmq/package.json'),
    'utf8',
  );
  const parts = [
    ...migrationFiles().map(({ checksum }) => checksum),
    bullmqVersion,
    new Date().toISOString().slice(0, 7),
  ];
  return `template_${createHash('sha256').update(parts.join()).digest('hex').slice(0, 16)}`;
}

/** Made under another name and renamed at the end, so that a half-made one is never copied. */
async function makeTemplate(client: Client, adminUrl: string): Promise<string> {
  const name = templateFor();
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount) return name;
  const partial = `template_partial_${process.pid}`;
  await client.query(`DROP DATABASE IF EXISTS ${partial} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${partial}`);
  await applyMigrations(`${adminUrl}/${partial}`, { contextKeyHex: CONTEXT_KEY_HEX, passwords: PASSWORDS });
  await client.query(`ALTER DATABASE ${partial} RENAME TO ${name}`);
  return name;
}
