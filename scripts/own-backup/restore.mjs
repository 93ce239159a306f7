// Brings a system back from a backup, into an empty folder, and has Postgres recover it there before anybody uses it.
import fs from 'node:fs';
import path from 'node:path';
import {
  giveToPostgres,
  isOpenToPostgres,
  logOf,
  postgresStatus,
  startPostgres,
  stopPostgres,
} from '../embedded-postgres.mjs';
import { Failure } from '../failure.mjs';
import { freePort } from '../ports.mjs';
import { readIfThere } from '../project.mjs';
import { until as becomes } from '../run-program.mjs';
import { checkBackup, PARTS } from './backup-folder.mjs';
import { unpack } from './tar.mjs';
import { layWal, parseLsn, readWalIndex } from './wal.mjs';

const RECOVERY_SECONDS_MAX = 12 * 3600;
/** A record may begin before a position that was flushed and end behind it; recovery then stops where it begins. */
const LAST_RECORD_BYTES_MAX = 1024n * 1024n;
/** What a checkout has in a data folder that holds no system yet. */
const HARMLESS = /^(build|logs|(install|build)\.lock)$/;

/**
 * @typedef {{ until: string, isWhole: boolean }} Restored `until`: all that was committed before is there (ISO 8601). `isWhole`: to the end
 *   of what the backup holds
 * @typedef {{ backup: import('./backup-folder.mjs').Backup, until?: Date | undefined, say?: (line: string) => void }} What
 *   `until`: everything that was committed before this instant, and nothing after it; left out: all that there is
 */

/**
 * Restores into a folder that is empty or not there, and leaves it as `npm start` finds it.
 * @param {What & { into: string }} options
 * @returns {Promise<Restored>}
 */
export async function restoreBackup({ into, ...what }) {
  const present = fs.existsSync(into) ? fs.readdirSync(into).filter((name) => !HARMLESS.test(name)) : [];
  if (present.length > 0)
    throw new Failure(
      `The folder ${into} is not empty (${present.slice(0, 3).join(', ')}).`,
      'Nothing was changed: give another one with --into, or move that one away.',
    );
  const folder = `${into}.restoring`;
  await abandon(folder); // what an interrupted one left
  try {
    const { restored } = await recover({ folder, ...what });
    await stopPostgres({ dataDir: path.join(folder, 'postgres') });
    fs.mkdirSync(into, { recursive: true, mode: fs.statSync(folder).mode & 0o777 });
    // The secrets come last: without them nobody takes it for a system.
    for (const name of fs.readdirSync(folder).toSorted((a, b) => turnOf(a) - turnOf(b)))
      fs.renameSync(path.join(folder, name), path.join(into, name));
    return restored;
  } finally {
    await abandon(folder);
  }
}

const turnOf = (name) => (name === 'secrets.json' ? 1 : 0);

/** Folders that somebody is recovering in. */
const underWay = new Set();

/**
 * Stops the Postgres of a folder that {@link recover} made, and removes it.
 * @param {string} folder
 */
export async function abandon(folder) {
  underWay.delete(folder);
  if (!fs.existsSync(folder)) return;
  await stopPostgres({ dataDir: path.join(folder, 'postgres') });
  fs.rmSync(folder, { recursive: true, force: true });
}

let isStopping = false;

/** Leaves nothing of a restore or a drill behind when this process is told to stop: Postgres would outlive us. */
export function abandonWhenStopped() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      isStopping = true;
      void Promise.allSettled([...underWay].map(abandon)).then(() => process.exit(130));
    });
}

/** Never goes on once this process was told to stop: what fails since then is no result. */
export async function unlessStopped() {
  if (isStopping) await new Promise(() => {});
}

/**
 * Lays a backup down in a folder that must not exist, starts Postgres on it and waits until it has recovered. The caller stops it.
 * @param {What & { folder: string, isPassing?: boolean }} options `isPassing`: it is removed afterwards, so that no disk is waited for
 * @returns {Promise<{ restored: Restored, port: number }>}
 * @throws {Failure} when the backup is not whole: then nothing was written
 */
export async function recover({ folder, backup, until, isPassing = false, say = () => {} }) {
  say(`reading every byte of ${backup.folder} …`);
  const problems = await checkBackup(backup);
  if (problems.length > 0) throw damaged(backup, problems);
  const pieces = piecesUntil(backup, until);
  makeRoom(folder, backup, pieces);
  underWay.add(folder);
  say('unpacking …');
  const postgresDir = path.join(folder, 'postgres');
  fs.mkdirSync(postgresDir, { mode: 0o700 });
  await unpack(path.join(backup.folder, PARTS.base), postgresDir);
  await unpack(path.join(backup.folder, PARTS.data), folder);
  layWal(path.join(backup.folder, PARTS.wal), pieces, path.join(postgresDir, 'pg_wal'), backup.manifest);
  fs.writeFileSync(path.join(postgresDir, 'recovery.signal'), '', { mode: 0o600 });
  giveToPostgres(postgresDir);
  say('recovering …');
  const port = await startRecovering(postgresDir, { until, isPassing });
  const last = pieces.at(-1);
  const isWhole = until === undefined;
  if (isWhole) refuseShortLog(postgresDir, backup.manifest, last.to);
  return { restored: { until: (until ?? new Date(last.at)).toISOString(), isWhole }, port };
}

function damaged({ folder }, problems) {
  const shown = problems.slice(0, 10).map((line) => `\n    ${line}`);
  const more = problems.length > 10 ? `\n    and ${problems.length - 10} more` : '';
  return new Failure(
    `The backup ${folder} is damaged:${shown.join('')}${more}`,
    'Nothing was written. Use another one (--from), or a copy of this one from elsewhere.',
  );
}

/** All that was copied up to the first time at which the wanted instant was over. */
function piecesUntil({ folder, manifest }, until) {
  const pieces = readWalIndex(path.join(folder, PARTS.wal));
  if (until === undefined) return pieces;
  const wanted = until.getTime();
  const reaches = pieces.at(-1)?.at ?? manifest.finishedAt;
  if (wanted >= Date.parse(manifest.finishedAt) && wanted <= Date.parse(reaches)) {
    const end = pieces.findIndex(({ at }) => Date.parse(at) >= wanted);
    // One copy may have several pieces, all of the same time.
    const { at } = pieces[end];
    return pieces.filter((piece) => piece.at <= at);
  }
  throw new Failure(
    `The backup ${folder} can bring back any moment from ${manifest.finishedAt} to ${reaches}, and ${until.toISOString()} is none of them.`,
    '`npm run -s holdfast -- list` shows from when to when each one reaches.',
  );
}

function makeRoom(folder, { manifest }, pieces) {
  const parent = path.dirname(folder);
  fs.mkdirSync(parent, { recursive: true });
  if (!isOpenToPostgres(parent))
    throw new Failure(
      `Postgres does not run as root, and its account cannot enter ${parent}.`,
      'Give a folder that everybody may pass through, such as /srv/holdfast, or restore as the user who runs Holdfast.',
    );
  const { bavail, bsize } = fs.statfsSync(parent);
  const segments = new Set(pieces.map(({ from }) => from / BigInt(manifest.segmentBytes))).size;
  const needed = manifest.size + segments * manifest.segmentBytes + 64 * 1024 * 1024;
  if (bavail * bsize < needed)
    throw new Failure(
      `Restoring takes ${Math.ceil(needed / 1e6)} MB, and ${parent} has ${Math.floor((bavail * bsize) / 1e6)} MB free.`,
      'Make room, or give a folder on another disk.',
    );
  fs.mkdirSync(folder, { mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}

/** Asks no archive: all of the log lies in the cluster already. It is ready once it has recovered, on a timeline of its own. */
async function startRecovering(postgresDir, { until, isPassing }) {
  const start = async (settings) => {
    const { port } = await startPostgres({
      dataDir: postgresDir,
      port: await freePort(54_600),
      password: '',
      settings: {
        restore_command: "'exit 1'",
        hot_standby: 'off',
        recovery_target_action: 'promote',
        fsync: isPassing ? 'off' : 'on',
        ...settings,
      },
      waitSeconds: RECOVERY_SECONDS_MAX,
    });
    if (await becomes(() => isReadyOrGone(postgresDir), RECOVERY_SECONDS_MAX * 1000)) return port;
    throw new Failure('Postgres did not recover in twelve hours.', 'Use another backup.');
  };
  try {
    return await start(until === undefined ? {} : { recovery_target_time: `'${postgresTime(until)}'` });
  } catch (error) {
    // Nothing was committed after it: then the end is what was asked for.
    const isAllBefore = /recovery ended before configured recovery target was reached/.test(
      logText(postgresDir),
    );
    if (until === undefined || !isAllBefore) throw error;
    return start({});
  }
}

/** Names of zones, even Z, are not known yet where Postgres reads its settings. */
function postgresTime(instant) {
  return instant.toISOString().replace('T', ' ').replace('Z', '+00');
}

/** The last line of its own file says `standby` while it recovers. */
function isReadyOrGone(postgresDir) {
  if (postgresStatus({ dataDir: postgresDir }))
    return (
      readIfThere(path.join(postgresDir, 'postmaster.pid'))?.trimEnd().split('\n').at(-1)?.trim() === 'ready'
    );
  throw new Failure(
    `Postgres could not recover:\n${logText(postgresDir).slice(-2000).trim()}`,
    'Use another backup.',
  );
}

function logText(postgresDir) {
  return readIfThere(logOf(postgresDir)) ?? '';
}

/** Postgres takes the first record that it cannot read for the end. That must be the end of what was copied. */
function refuseShortLog(postgresDir, { timeline }, end) {
  const name = `${(timeline + 1).toString(16).toUpperCase().padStart(8, '0')}.history`;
  const history = readIfThere(path.join(postgresDir, 'pg_wal', name)) ?? '';
  const [, reached] = new RegExp(`^${timeline}\\t([0-9A-F]+/[0-9A-F]+)`, 'm').exec(history) ?? [];
  if (reached && end - parseLsn(reached) <= LAST_RECORD_BYTES_MAX) return;
  throw new Failure(
    `Recovery ended at ${reached ?? 'an unknown place'}, long before the end of the log in the backup.`,
    'Use another backup.',
  );
}
