// A process of `npm start` where HOLDFAST_BACKUP_AT is set: copies the log of the embedded database every half minute, takes a backup a day, and
// tries each one. Whatever ends it, the supervisor starts it again, and what it has to know lies in the folder of backups.
import path from 'node:path';
import { postgresStatus } from './embedded-postgres.mjs';
import { explain } from './failure.mjs';
import { backupIds, openBackup } from './own-backup/backup-folder.mjs';
import { followWal } from './own-backup/follow-wal.mjs';
import { abandonWhenStopped } from './own-backup/restore.mjs';
import { runBackup, runDrill } from './own-backup/run.mjs';
import { isBackupDue } from './own-backup/schedule.mjs';
import { DATA_DIR, readConfig, readSecrets } from './settings.mjs';
import { embeddedUrl, POSTGRES_DIR } from './system-database.mjs';

const EVERY_MS = 30_000;

abandonWhenStopped();
const { backupDir, backupAt, backupKeep, backupPingUrls, drillPingUrls } = await readConfig();
const secrets = readSecrets();
let lastTriedAt = null;
/** No backup is followed: there is none of this very cluster, as after a restore, or a part of its log is gone. Only a new one mends that. */
let isUnfollowed = false;

await Promise.all([forEver(copyLog), forEver(backUp)]);

async function forEver(work) {
  for (;;) {
    try {
      await work();
    } catch (error) {
      say(explain(error));
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

async function copyLog() {
  const database = running();
  if (!database) return;
  try {
    isUnfollowed = (await followWal({ ...database, backupDir })) === null;
  } catch (error) {
    isUnfollowed ||= error.isLogLost === true;
    throw error;
  }
}

async function backUp() {
  const database = running();
  const now = new Date();
  const newest = isUnfollowed ? null : lastStartedAt();
  if (!database || !isBackupDue({ at: backupAt, lastStartedAt: newest, lastTriedAt, now })) return;
  lastTriedAt = now;
  const run = { backupDir, dataDir: DATA_DIR, say };
  const options = { ...run, ...database, pingUrls: backupPingUrls, keep: backupKeep, follows: true };
  const { report } = await runBackup(options);
  isUnfollowed = false;
  say(report);
  const tried = await runDrill({ ...run, pingUrls: drillPingUrls });
  say(tried.report);
}

function running() {
  const status = postgresStatus({ dataDir: POSTGRES_DIR });
  return status && { ownerUrl: embeddedUrl(secrets, status.port), postgresDir: status.dataDir };
}

/** One that cannot be read counts as none: then another is due. */
function lastStartedAt() {
  const newest = backupIds(backupDir).at(-1);
  try {
    return newest ? new Date(openBackup(path.join(backupDir, newest)).manifest.startedAt) : null;
  } catch (error) {
    say(explain(error));
    return null;
  }
}

function say(text) {
  for (const line of text.split('\n')) console.log(`${new Date().toISOString()} ${line}`);
}
