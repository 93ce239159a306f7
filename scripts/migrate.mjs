// Brings a database to the newest version: plain SQL files under Prisma's own ledger (so `prisma migrate deploy` agrees),
// then the queue's tables, the passwords of the roles and the partitions of the coming months. Safe to run at any time.
// By hand: DATABASE_URL=… node scripts/migrate.mjs
import { createHash, createHmac, pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { explain, Failure } from './failure.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');

/** The key Prisma's schema engine takes, so that the two never run at once. */
const LOCK = 72707369;

/** Below these, row security can be got around (CVE-2025-8713 and others): the first fixed release of each major version. */
const OLDEST_FIXED = { 15: 150014, 16: 160010, 17: 170006 };

/** @typedef {(line: string) => void} Say */

/**
 * Applies what is missing, in order, each file in one transaction with its ledger row: a run that is killed leaves nothing.
 * @param {string} ownerUrl of a superuser, or of a role with CREATEROLE that may create in the database
 * @param {{ contextKeyHex?: string | undefined, passwords?: Record<string, string>, say?: Say, migrationsDir?: string }} options
 *   `passwords`: login role → password, for the roles whose addresses we made ourselves
 * @returns {Promise<string[]>} the names of the files applied now
 */
export async function applyMigrations(ownerUrl, options = {}) {
  const {
    contextKeyHex,
    passwords = {},
    say = () => {},
    migrationsDir = path.join(ROOT, 'prisma/migrations'),
  } = options;
  const client = await connect(ownerUrl);
  try {
    await refuseOldPostgres(client);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const applied = await applyFiles(client, migrationsDir, say);
    await migrateQueue(client);
    await setPasswords(client, passwords);
    if (contextKeyHex)
      await client.query('SELECT app_sec.set_context_key($1)', [Buffer.from(contextKeyHex, 'hex')]);
    await client.query('SELECT app.ensure_run_partitions()');
    return applied;
  } finally {
    await client.end();
  }
}

async function connect(ownerUrl) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'holdfast migrate',
    connectionTimeoutMillis: 10_000,
  });
  try {
    await client.connect();
  } catch (error) {
    const { host, pathname } = new URL(ownerUrl);
    throw new Failure(
      `The database ${pathname.slice(1)} at ${host} refused the connection: ${error.message || error.code}.`,
      'Check DATABASE_URL: is the server running, are user, password and database right?',
    );
  }
  return client;
}

async function refuseOldPostgres(client) {
  const { rows } = await client.query(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
  );
  const { number, name } = rows[0];
  const major = Math.floor(number / 10_000);
  if (major >= 18 || number >= (OLDEST_FIXED[major] ?? Infinity)) return;
  throw new Failure(
    `PostgreSQL ${name} has known holes in row security.`,
    'Update it to 15.14, 16.10, 17.6 or 18, or newer.',
  );
}

async function applyFiles(client, migrationsDir, say) {
  await client.query(`CREATE TABLE IF NOT EXISTS public._prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
  const known = await readLedger(client);
  const applied = [];
  for (const migration of migrationFiles(migrationsDir)) {
    const checksum = known.get(migration.name);
    if (checksum === migration.checksum) continue;
    if (checksum) throw edited(migration.name);
    await applyFile(client, migration);
    applied.push(migration.name);
    say(`applied migration ${migration.name}`);
  }
  return applied;
}

/** @returns {Promise<Map<string, string>>} name → checksum of what is applied */
async function readLedger(client) {
  const { rows } = await client.query(
    'SELECT migration_name, checksum, finished_at FROM public._prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const unfinished = rows.find((row) => !row.finished_at);
  if (unfinished)
    throw new Failure(
      `The migration ${unfinished.migration_name} began once and never finished (not by this program).`,
      'Look at what it left, then tell Prisma: npx prisma migrate resolve --rolled-back NAME (or --applied NAME).',
    );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

/**
 * The migrations of the project, in the order in which they are applied.
 * @param {string} migrationsDir
 */
export function migrationFiles(migrationsDir = path.join(ROOT, 'prisma/migrations')) {
  return fs
    .readdirSync(migrationsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => {
      const sql = fs.readFileSync(path.join(migrationsDir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

function edited(name) {
  return new Failure(
    `The migration ${name} was changed after it had been applied to this database.`,
    'Put the change into a new migration. If the data may go: npm run reset-demo.',
  );
}

async function applyFile(client, { name, sql, checksum }) {
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query(sql);
    await client.query('COMMIT');
    await client.query('RESET ALL');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}); // the first error tells what happened
    throw new Failure(
      `The migration ${name} failed: ${error.message}${placeIn(sql, error)}.`,
      'Nothing of it was kept.',
    );
  }
}

function placeIn(sql, { position, where }) {
  const line = position ? ` (line ${sql.slice(0, Number(position)).split('\n').length})` : '';
  return line + (where ? ` in ${where.split('\n')[0]}` : '');
}

/** Brings BullMQ's own tables up to date; a comment on its schema tells which version made them. */
async function migrateQueue(client) {
  const { version } = createRequire(import.meta.url)('bullmq/package.json');
  const note = `bullmq ${version}`;
  const { rows } = await client.query(
    `SELECT obj_description(to_regnamespace('bullmq'), 'pg_namespace') AS note`,
  );
  if (rows[0].note === note) return;
  const { runMigrations } = await import('bullmq');
  await runMigrations(client, 'bullmq');
  await client.query(`BEGIN;
    GRANT USAGE ON SCHEMA bullmq TO ${QUEUE_USERS};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bullmq TO ${QUEUE_USERS};
    GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA bullmq TO ${QUEUE_USERS};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bullmq TO ${QUEUE_USERS};
    COMMENT ON SCHEMA bullmq IS '${note}';
    COMMIT`);
}

const QUEUE_USERS = 'holdfast_worker, holdfast_web, holdfast_ingest';

async function setPasswords(client, passwords) {
  for (const [role, password] of Object.entries(passwords))
    await client.query(
      `ALTER ROLE ${client.escapeIdentifier(role)} LOGIN PASSWORD '${scramVerifier(password)}'`,
    );
}

/** What Postgres stores for a password (RFC 5803), made here so that the password itself never reaches a server log. */
function scramVerifier(password) {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await migrateFromEnvironment();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

/** Sets the password of a role when its address is given and the migrator may: `DATABASE_URL_WEB` … as the processes get them. */
async function migrateFromEnvironment() {
  const { DATABASE_URL, HOLDFAST_CONTEXT_KEY: contextKeyHex } = process.env;
  if (!DATABASE_URL)
    throw new Failure('DATABASE_URL is not set.', 'It is the address of the database, as its owner.');
  const given = ['DATABASE_URL_WEB', 'DATABASE_URL_WORKER', 'DATABASE_URL_INGEST'].map(
    (name) => process.env[name],
  );
  const roles = given.filter(Boolean).map((url) => new URL(url));
  const passwords = Object.fromEntries(
    roles
      .filter(({ password }) => password)
      .map(({ username, password }) => [username, decodeURIComponent(password)]),
  );
  const applied = await applyMigrations(DATABASE_URL, { contextKeyHex, passwords, say: console.log });
  console.log(applied.length === 0 ? 'The database is up to date.' : 'The database is now up to date.');
}
