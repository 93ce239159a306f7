// An online copy of the embedded database and of what lies beside it, while everything runs.
import fs from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { holderOf, tryLock, unlock } from '../lock.mjs';
import { ROOT } from '../project.mjs';
import { openBackup, PARTIAL, PARTS, sealBackup, slotOf } from './backup-folder.mjs';
import { connectTo } from './cluster.mjs';
import { storePacked, syncFolder } from './stored-file.mjs';
import { packed } from './tar.mjs';
import { copyWal, parseLsn, segmentStart } from './wal.mjs';

/** Folders of a cluster whose contents are made anew by every start. The log is copied from the begin of the backup on, and apart. */
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|server\.log|current_logfiles|(backup_label|tablespace_map)(\.old)?|(recovery|standby)\.signal)$|^pgsql_tmp|^pg_internal\.init/;
/** Copied last and on its own: Postgres writes it in one go, and it is copied as it was between two of those. */
const CONTROL = 'global/pg_control';

/** What lies in a data folder only while something runs. */
const PASSING = /\.lock(\.\d+)?$|^runtime\.json|^postgres\.(elsewhere|init|password)|\.partial$|\.\d+$/;

/** Secrets that the environment may give instead of a file. */
const SECRETS = [
  'HOLDFAST_CONTEXT_KEY',
  'HOLDFAST_SECRET_KEY',
  'HOLDFAST_SIGNING_KEY',
  'NEXTAUTH_SECRET',
  'HOLDFAST_EVIDENCE_KEY',
  'HOLDFAST_EVIDENCE_KEY_FORMER',
  'HOLDFAST_DOCUMENT_KEY',
  'HOLDFAST_DOCUMENT_CERTIFICATES',
];

const COUNTED = ['app.msp', 'app.client', 'app.system', 'app.agent', 'app.repository', 'identity.person'];

/**
 * Takes a backup of a cluster that runs. One that is interrupted leaves a folder `….partial`, which is no backup and goes with the next one.
 * @param {{ ownerUrl: string, postgresDir: string, dataDir: string, backupDir: string, follows?: boolean, now?: Date,
 *   say?: (line: string) => void }} options `postgresDir` where the cluster really is. `follows`: the log is kept until
 *   {@link import('./follow-wal.mjs').followWal} has copied it
 * @returns {Promise<import('./backup-folder.mjs').Backup>}
 */
export async function takeBackup({ backupDir, now = new Date(), ...options }) {
  fs.mkdirSync(backupDir, { recursive: true, mode: 0o700 });
  const id = now.toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  const folder = path.join(backupDir, id);
  const partial = `${folder}${PARTIAL}`;
  if (fs.existsSync(folder))
    throw new Failure(`There is a backup ${folder} already.`, 'Nothing was changed; try again in a second.');
  fs.mkdirSync(partial, { mode: 0o700 });
  try {
    await fill(partial, id, now, options);
    fs.renameSync(partial, folder);
    syncFolder(backupDir);
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  return openBackup(folder);
}

/**
 * Does something to a folder of backups that must not happen twice at once.
 * @template T
 * @param {string} backupDir
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {Failure} while another process is at it
 */
export async function withBackupLock(backupDir, work) {
  fs.mkdirSync(backupDir, { recursive: true, mode: 0o700 });
  const file = path.join(backupDir, 'backup.lock');
  if (!tryLock(file) && !tryLock(file))
    throw new Failure(
      `A backup or a drill is under way in ${backupDir} (process ${holderOf(file)}).`,
      'Wait until it is done, or end that process.',
    );
  try {
    return await work();
  } finally {
    unlock(file);
  }
}

async function fill(
  partial,
  id,
  startedAt,
  { ownerUrl, postgresDir, dataDir, follows = false, say = () => {} },
) {
  const client = await connectTo(ownerUrl);
  const slot = slotOf(id);
  let isDone = false;
  try {
    await refuseTablespaces(client);
    await client.query('SELECT pg_create_physical_replication_slot($1, true, $2)', [slot, !follows]);
    const begun = await one(client, 'SELECT pg_backup_start($1, true) AS lsn', [`Holdfast ${id}`]);
    say('copying the database …');
    const total = { size: 0, files: 0 };
    const found = {};
    const base = await storePacked(
      packed(clusterEntries(client, postgresDir, found), total),
      path.join(partial, PARTS.base),
    );
    const { facts, ended } = found;
    const [startLsn, stopLsn] = [begun, ended].map(({ lsn }) => parseLsn(lsn));
    say('copying its log …');
    const wal = path.join(partial, PARTS.wal);
    fs.mkdirSync(wal, { mode: 0o700 });
    const at = new Date().toISOString();
    const { lsn } = await one(client, 'SELECT pg_current_wal_flush_lsn() AS lsn');
    const range = { from: segmentStart(startLsn, facts.segmentBytes), to: parseLsn(lsn), at };
    await copyWal(postgresDir, wal, facts, range);
    const data = await storePacked(packed(dataEntries(dataDir), total), path.join(partial, PARTS.data));
    const manifest = {
      format: 'holdfast-backup/1',
      id,
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      holdfast: JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version,
      ...facts,
      startLsn: String(startLsn),
      stopLsn: String(stopLsn),
      slot: follows ? slot : null,
      ...total,
      fromEnvironment: SECRETS.filter((name) => process.env[name]),
    };
    await sealBackup(partial, manifest, { [PARTS.base]: base.sha256, [PARTS.data]: data.sha256 });
    syncFolder(partial);
    isDone = true;
  } finally {
    if (!isDone && follows) await dropSlot(client, slot).catch(() => {}); // the next backup drops what is nobody's
    await client.end().catch(() => {});
  }
}

async function one(client, sql, values = []) {
  return (await client.query(sql, values)).rows[0];
}

/** Not there: nothing happens. */
export async function dropSlot(client, slot) {
  await client.query(
    'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1',
    [slot],
  );
}

async function refuseTablespaces(client) {
  const { rows } = await client.query(
    `SELECT spcname AS name FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')`,
  );
  if (rows.length > 0)
    throw new Failure(
      `The tablespace ${rows[0].name} lies outside of the database's folder.`,
      'Move its tables back (ALTER TABLE … SET TABLESPACE pg_default) and drop it, or back up with pgBackRest.',
    );
}

/**
 * Every file of the cluster; last the label that ends the backup, with which recovery knows where to begin.
 * @param {{ facts?: object, ended?: { lsn: string } }} found receives what was asked on the way
 */
async function* clusterEntries(client, postgresDir, found) {
  yield* filesBelow(postgresDir, '');
  const mtime = new Date();
  yield { name: CONTROL, mode: 0o600, mtime, bytes: await readSteadily(path.join(postgresDir, CONTROL)) };
  found.facts = await readFacts(client);
  found.ended = await one(client, 'SELECT lsn, labelfile FROM pg_backup_stop(false)');
  yield { name: 'backup_label', mode: 0o600, mtime, bytes: Buffer.from(found.ended.labelfile) };
}

function* filesBelow(postgresDir, folder) {
  for (const entry of fs.readdirSync(path.join(postgresDir, folder), { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (LEFT_OUT.test(entry.name) || name === CONTROL) continue;
    if (entry.isFile()) yield { name, file: path.join(postgresDir, name) };
    if (!entry.isDirectory()) continue;
    yield { name, isFolder: true };
    if (!EMPTIED.has(name)) yield* filesBelow(postgresDir, name);
  }
}

/** Two readings that agree were not taken while it was being written. */
async function readSteadily(file) {
  let before = fs.readFileSync(file);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = fs.readFileSync(file);
    if (now.equals(before)) return now;
    before = now;
  }
}

/** What a drill compares; asked before the end of the backup, so that all of it is in there. */
async function readFacts(client) {
  const shape = await one(
    client,
    `SELECT pg_size_bytes(current_setting('wal_segment_size'))::int AS "segmentBytes",
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline,
    current_setting('server_version') AS postgres, (SELECT system_identifier::text FROM pg_control_system()) AS "systemId"`,
  );
  const { rows: heads } = await client.query(
    `SELECT msp_id::text AS chain, seq::int, encode(head, 'hex') AS head FROM audit.read_heads() ORDER BY 1`,
  );
  const counts = {};
  for (const table of COUNTED)
    counts[table] = (await one(client, `SELECT count(*)::int AS rows FROM ${table}`)).rows;
  return { ...shape, heads, counts };
}

/** Secrets and notes of the data folder; its folders (database, logs, mails already written) are not needed to start again. */
function dataEntries(dataDir) {
  return fs
    .readdirSync(dataDir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !PASSING.test(entry.name))
    .map(({ name }) => ({ name, file: path.join(dataDir, name) }));
}
