// `npm run -s holdfast -- health | backup | list | restore | drill`: how the system stands, and the backup of Holdfast itself, for the embedded
// database.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { postgresStatus, stopPostgres } from './embedded-postgres.mjs';
import { explain, Failure } from './failure.mjs';
import { requireNode } from './install.mjs';
import { installAndBundle } from './prepare-programs.mjs';
import { backupIds, openBackup, PARTS } from './own-backup/backup-folder.mjs';
import { abandonWhenStopped, restoreBackup } from './own-backup/restore.mjs';
import { megabytes, newestFolder, runBackup, runDrill } from './own-backup/run.mjs';
import { readIfThere } from './project.mjs';
import { readWalIndex } from './own-backup/wal.mjs';
import { say } from './progress.mjs';
import { askHealth } from './show-health.mjs';
import { DATA_DIR, readConfig, readSecrets } from './settings.mjs';
import { embeddedPort, POSTGRES_DIR, startEmbedded } from './system-database.mjs';

/** Is there while `npm start` runs. */
const RUNTIME_FILE = path.join(DATA_DIR, 'runtime.json');

const USAGE = `npm run -s holdfast -- COMMAND

  health                tells how the running system stands: processes, queues, backup, disk, keys, certificates; exit code 1 when anything is wrong
  backup                takes a backup of the database and the secrets, while everything runs
  list                  shows the backups, and from when to when each can bring things back
  restore               brings a system back, into an empty data folder
      --into FOLDER       the data folder (else HOLDFAST_DATA_DIR, else .data)
      --from BACKUP       the folder of a backup (else the newest)
      --until TIME        as it was then, such as 2026-11-30T14:05:00Z (else all that there is)
  drill                 restores the newest backup beside, checks everything, removes it; exit code 1 when anything is wrong
      --from BACKUP       another one

  --ping-url URL        of backup and drill: tells a check that it began and how it ended
Backups lie in HOLDFAST_BACKUP_DIR (else the folder "backups" of the data folder). docs/operations.md tells the rest.`;

const COMMANDS = { health, backup, list, restore, drill };

try {
  requireNode();
  process.exitCode = await main();
} catch (error) {
  const isMiscalled = String(error.code).startsWith('ERR_PARSE_ARGS');
  console.error(isMiscalled ? `${error.message}\n\n${USAGE}` : explain(error));
  process.exitCode = isMiscalled ? 2 : 1;
}

async function main() {
  const text = { type: 'string' };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { into: text, from: text, until: text, 'ping-url': text, help: { type: 'boolean' } },
  });
  const [command, ...others] = positionals;
  if (values.help || !Object.hasOwn(COMMANDS, command ?? '') || others.length > 0) {
    console.error(USAGE);
    return 2;
  }
  if (command === 'health') return health();
  abandonWhenStopped();
  await installAndBundle();
  const config = await readConfig();
  return COMMANDS[command](config, values);
}

async function health() {
  const { healthUrls } = JSON.parse(readIfThere(RUNTIME_FILE) ?? '{}');
  if (!healthUrls)
    throw new Failure(
      `No system runs on the data folder ${DATA_DIR}.`,
      'Start it, or say where it is: HOLDFAST_DATA_DIR=… npm run -s holdfast -- health. With Docker see docs/operations.md.',
    );
  const origins = Object.entries(healthUrls).map(([name, url]) => [name, new URL(url).origin]);
  const { isWell, lines } = await askHealth(Object.fromEntries(origins));
  console.log(lines.join('\n'));
  return isWell ? 0 : 1;
}

async function backup(config, given) {
  if (config.databaseUrl !== null)
    throw new Failure(
      'DATABASE_URL names a Postgres of your own, and this command copies the embedded one.',
      'Back yours up with pgBackRest: docs/operations.md, "A Postgres of your own: pgBackRest".',
    );
  if (!existsSync(path.join(DATA_DIR, 'secrets.json')))
    throw new Failure(
      `There is no system in ${DATA_DIR}.`,
      'Say where it is: HOLDFAST_DATA_DIR=… npm run -s holdfast -- backup.',
    );
  const wasRunning = postgresStatus({ dataDir: POSTGRES_DIR }) !== null;
  const { ownerUrl } = await startEmbedded(readSecrets(), await embeddedPort(config));
  try {
    const { dataDir: postgresDir } = postgresStatus({ dataDir: POSTGRES_DIR });
    const { backupDir, backupKeep: keep, backupAt } = config;
    const follows = backupAt !== null && wasRunning;
    const pingUrls = pingUrlsOf(given, config.backupPingUrls);
    const run = { backupDir, dataDir: DATA_DIR, pingUrls, say, ownerUrl, postgresDir, keep, follows };
    const { report } = await runBackup(run);
    console.log(report);
    return 0;
  } finally {
    if (!wasRunning) await stopPostgres({ dataDir: POSTGRES_DIR });
  }
}

async function drill(config, { from, ...given }) {
  const { backupDir } = config;
  const pingUrls = pingUrlsOf(given, config.drillPingUrls);
  const { isGood, report } = await runDrill({ backupDir, dataDir: DATA_DIR, pingUrls, say, from });
  console.log(report);
  return isGood ? 0 : 1;
}

function pingUrlsOf({ 'ping-url': given }, configured) {
  if (given === undefined) return configured;
  if (URL.canParse(given)) return [given];
  throw new Failure(`${given} is no address.`, 'Give one such as https://agents.example.com/ping/…');
}

async function list({ backupDir }) {
  const ids = backupIds(backupDir);
  console.log(ids.length === 0 ? `There is no finished backup in ${backupDir}.` : `In ${backupDir}:`);
  for (const id of ids) console.log(`  ${describe(path.join(backupDir, id))}`);
  return 0;
}

function describe(folder) {
  try {
    const { id, manifest } = openBackup(folder);
    const until = readWalIndex(path.join(folder, PARTS.wal)).at(-1)?.at ?? 'nothing: its log is missing';
    return `${id}  brings back any moment from ${manifest.finishedAt} to ${until}, ${megabytes(manifest.size)}`;
  } catch (error) {
    return `${path.basename(folder)}  UNUSABLE: ${explain(error).split('\n')[0]}`;
  }
}

async function restore({ backupDir }, { into = DATA_DIR, from, until }) {
  const instant = until === undefined ? undefined : instantOf(until);
  const chosen = openBackup(from ?? (instant ? folderFor(backupDir, instant) : newestFolder(backupDir)));
  const folder = path.resolve(into);
  const { until: reached } = await restoreBackup({ backup: chosen, into: folder, until: instant, say });
  const { fromEnvironment } = chosen.manifest;
  console.log(`
Restored into ${folder}: everything that was committed until ${reached}.
${fromEnvironment.length > 0 ? `Set these again, as they were; they stand in no backup: ${fromEnvironment.join(', ')}\n` : ''}Start it with:  HOLDFAST_DATA_DIR=${folder} npm start
Reports that agents delivered after that moment are gone; what machines still list comes back with their next report.
Checkpoints of the evidence log that were signed after it are gone, too: tell those who hold mailed notes.`);
  return 0;
}

/** With a zone: at three in the morning nobody should have to guess which clock is meant. */
function instantOf(text) {
  if (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
    return new Date(text);
  throw new Failure(
    `--until ${text} is no instant.`,
    'Write it with its zone, such as 2026-11-30T14:05:00Z or 2026-11-30T15:05:00+01:00.',
  );
}

/** The newest backup that was finished before. */
function folderFor(backupDir, instant) {
  const folders = backupIds(backupDir).map((id) => path.join(backupDir, id));
  const found = folders.findLast(
    (folder) => Date.parse(openBackup(folder).manifest.finishedAt) <= instant.getTime(),
  );
  if (found) return found;
  throw new Failure(
    `No backup in ${backupDir} was finished before ${instant.toISOString()}.`,
    '`npm run -s holdfast -- list` shows from when to when each one reaches.',
  );
}
