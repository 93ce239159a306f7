// A backup and a drill as the command and the keeper run them: one at a time, told to whoever watches, with a report for people.
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { backupIds, openBackup, pruneBackups } from './backup-folder.mjs';
import { drill } from './drill.mjs';
import { keepDrill } from './last-drill.mjs';
import { reported } from './ping.mjs';
import { takeBackup, withBackupLock } from './take-backup.mjs';

/**
 * @typedef {{ backupDir: string, dataDir: string, pingUrls: readonly string[], say: (line: string) => void }} Run
 * @typedef {{ isGood: boolean, report: string }} Outcome
 */

/**
 * Takes a backup, then removes those beyond the number that is kept.
 * @param {Run & { ownerUrl: string, postgresDir: string, keep: number, follows: boolean }} options
 * @returns {Promise<Outcome>}
 */
export function runBackup({ backupDir, dataDir, pingUrls, say, ownerUrl, postgresDir, keep, follows }) {
  const work = () =>
    withBackupLock(backupDir, async () => {
      const { id, folder, manifest } = await takeBackup({
        ownerUrl,
        postgresDir,
        dataDir,
        backupDir,
        follows,
        say,
      });
      const gone = pruneBackups(backupDir, keep);
      const seconds = (Date.parse(manifest.finishedAt) - Date.parse(manifest.startedAt)) / 1000;
      const lines = [
        `Backup ${id} is finished: ${manifest.files} files, ${megabytes(manifest.size)} unpacked, ${seconds.toFixed(1)} s.`,
        `It is in ${folder}; kept are the newest ${keep}${gone.length > 0 ? `, so ${gone.join(', ')} went` : ''}.`,
        ...missing(manifest),
        ...nearby(backupDir, dataDir),
      ];
      return { isGood: true, report: lines.join('\n') };
    });
  return reported(pingUrls, work, { say });
}

/**
 * Restores a backup into a folder of its own, checks it, removes it.
 * @param {Run & { from?: string | undefined }} options `from`: the folder of the backup; left out: the newest
 * @returns {Promise<Outcome>}
 */
export function runDrill({ backupDir, dataDir, pingUrls, say, from }) {
  const work = () =>
    withBackupLock(backupDir, async () => {
      const backup = openBackup(from ?? newestFolder(backupDir));
      const { isGood, problems, facts } = await drill({ backup, dataDir, say });
      keepDrill(backupDir, isGood);
      const verdict = isGood
        ? `The drill passed: this backup brings Holdfast back.`
        : `THE DRILL FAILED: do not rely on the backup ${backup.id}.`;
      const lines = [
        ...problems.map((line) => `  ✗ ${line}`),
        ...facts.map((line) => `  ✓ ${line}`),
        verdict,
      ];
      return { isGood, report: lines.join('\n') };
    });
  return reported(pingUrls, work, { say });
}

/**
 * @param {string} backupDir
 * @returns {string}
 */
export function newestFolder(backupDir) {
  const newest = backupIds(backupDir).at(-1);
  if (newest) return path.join(backupDir, newest);
  throw new Failure(
    `There is no finished backup in ${backupDir}.`,
    'Take one with `npm run -s holdfast -- backup`, or say where they are: HOLDFAST_BACKUP_DIR.',
  );
}

/** What the environment gives stands in no file, so it cannot be in the backup. */
function missing({ fromEnvironment }) {
  if (fromEnvironment.length === 0) return [];
  return [
    `NOT in it, since the environment gives them: ${fromEnvironment.join(', ')}. Keep copies of them elsewhere.`,
  ];
}

function nearby(backupDir, dataDir) {
  if (path.relative(dataDir, backupDir).startsWith('..')) return [];
  return [
    'It lies beside the database: NO COPY OFF THIS MACHINE. Set HOLDFAST_BACKUP_DIR to another disk, and have that copied away.',
  ];
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
