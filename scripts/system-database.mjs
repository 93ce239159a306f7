// The database of a system: the embedded Postgres of its data folder, or the one that DATABASE_URL names.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { postgresStatus, startPostgres } from './embedded-postgres.mjs';
import { applyMigrations } from './migrate.mjs';
import { freePort } from './ports.mjs';
import { fingerprint, readIfThere } from './project.mjs';
import { ownPort, DATA_DIR } from './settings.mjs';

export const POSTGRES_DIR = path.join(DATA_DIR, 'postgres');

/** Holds what {@link migrationsKey} was when this data folder's database was last brought up to date. */
const MIGRATED_FILE = path.join(DATA_DIR, 'migrated');

const ROLES = { web: 'holdfast_web', worker: 'holdfast_worker', ingest: 'holdfast_ingest' };

/** @typedef {{ owner: string, web: string, worker: string, ingest: string }} DatabaseUrls */

/**
 * Starts the embedded Postgres of the data folder, with its database.
 * @param {number} wantedPort see {@link embeddedPort}
 * @returns {Promise<{ ownerUrl: string, port: number, isNew: boolean }>}
 */
export async function startEmbedded(secrets, wantedPort) {
  const { port, isNew } = await startPostgres({
    dataDir: POSTGRES_DIR,
    port: wantedPort,
    password: secrets.postgres,
    // The log that a backup still wants must never fill the disk: beyond this it is let go, and the next backup begins anew.
    settings: { max_connections: '100', shared_buffers: '128MB', max_slot_wal_keep_size: '8GB' },
  });
  const ownerUrl = embeddedUrl(secrets, port);
  await withClient(ownerUrl.replace(/\/holdfast$/, '/postgres'), async (client) => {
    const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'holdfast'`);
    if (!rowCount) await client.query('CREATE DATABASE holdfast');
  });
  return { ownerUrl, port, isNew };
}

/** The owner's address of the embedded database, whether it runs yet or not. */
export function embeddedUrl(secrets, port) {
  return `postgresql://postgres:${secrets.postgres}@127.0.0.1:${port}/holdfast`;
}

/** Where the embedded Postgres listens, or will: the port it has, the one asked for by name, or a free one. */
export async function embeddedPort(config) {
  const running = postgresStatus({ dataDir: POSTGRES_DIR });
  if (running) return running.port;
  if (!process.env.HOLDFAST_POSTGRES_PORT) return freePort(config.postgresPort);
  return ownPort('HOLDFAST_POSTGRES_PORT', config.postgresPort, '127.0.0.1');
}

/** Removes the embedded database with everything in it. */
export async function dropEmbedded(ownerUrl) {
  await withClient(ownerUrl.replace(/\/holdfast$/, '/postgres'), (client) =>
    client.query('DROP DATABASE IF EXISTS holdfast WITH (FORCE)'),
  );
}

/**
 * The address of each process's role: the one it was given, or one with a password of ours.
 * @returns {{ urls: DatabaseUrls, passwords: Record<string, string> }} `passwords`: of the roles that are ours to set
 */
export function databaseUrls({ ownerUrl, config, secrets }) {
  const given = {
    web: config.databaseUrlWeb,
    worker: config.databaseUrlWorker,
    ingest: config.databaseUrlIngest,
  };
  const isEmbedded = config.databaseUrl === null;
  const urls = { owner: ownerUrl };
  const passwords = {};
  for (const [name, role] of Object.entries(ROLES)) {
    const isOurs = isEmbedded || !given[name];
    urls[name] = isOurs ? addressOf(ownerUrl, role, secrets[name]) : given[name];
    if (isOurs) passwords[role] = secrets[name];
  }
  return { urls, passwords };
}

/**
 * Brings the database up to date and sets the passwords of our roles.
 * @returns {Promise<string>} a name of the database that changes when it is made anew
 */
export async function prepareDatabase({ ownerUrl, passwords, secrets, say }) {
  rmSync(MIGRATED_FILE, { force: true });
  await applyMigrations(ownerUrl, { contextKeyHex: secrets.contextKey, passwords, say });
  const databaseId = await identify(ownerUrl);
  writeFileSync(MIGRATED_FILE, migrationsKey());
  return databaseId;
}

/** Whether the embedded database of the data folder was brought to exactly these migrations by an earlier start. */
export function isMigrated() {
  return existsSync(POSTGRES_DIR) && readIfThere(MIGRATED_FILE) === migrationsKey();
}

function migrationsKey() {
  return fingerprint(['prisma/migrations', 'scripts/migrate.mjs']);
}

function addressOf(ownerUrl, role, password) {
  const address = new URL(ownerUrl);
  address.username = role;
  address.password = password;
  return address.href;
}

async function identify(ownerUrl) {
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query('SELECT oid FROM pg_database WHERE datname = current_database()');
    const { host, pathname } = new URL(ownerUrl);
    return `${host.replace(/:\d+$/, '')}${pathname}#${rows[0].oid}`;
  });
}

async function withClient(url, work) {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
