// The folder that backups lie in, one folder each. One is there once it has its final name; until then it is no backup.
import fs from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { readIfThere } from '../project.mjs';
import { measureFile, writeDurably } from './stored-file.mjs';
import { checkWal, readWalIndex } from './wal.mjs';

/**
 * What a backup says of itself. Positions are decimal numbers as text.
 * @typedef {{
 *   format: 'holdfast-backup/1', id: string, startedAt: string, finishedAt: string,
 *   holdfast: string, postgres: string, systemId: string, timeline: number, segmentBytes: number,
 *   startLsn: string, stopLsn: string, slot: string | null,
 *   files: number, size: number,
 *   heads: { chain: string, seq: number, head: string }[], counts: Record<string, number>,
 *   fromEnvironment: string[],
 * }} Manifest
 *   `files` and `size` (bytes): of both archives, unpacked. `slot`: keeps the log for this backup until it is copied; null: the log is
 *   not followed. `heads`: the newest event of each chain of evidence, before the end of the backup. `fromEnvironment`: names of secrets that
 *   the environment gave and no file holds
 * @typedef {{ id: string, folder: string, manifest: Manifest }} Backup
 */

const MANIFEST = 'manifest.json';
const SUMS = 'SHA256SUMS';
export const PARTIAL = '.partial';

/** The replication slot that keeps the log for a backup. */
export function slotOf(id) {
  return `holdfast_${id.toLowerCase().replaceAll(/[^\da-z]/g, '')}`;
}

/** Where the cluster, the files of the data folder (all secrets) and the log lie in a backup. */
export const PARTS = { base: 'database.tar.gz', data: 'secrets.tar.gz', wal: 'wal' };

/**
 * The finished backups of a folder, oldest first.
 * @param {string} dir
 * @returns {string[]} their ids
 */
export function backupIds(dir) {
  const names = fs.existsSync(dir) ? fs.readdirSync(dir) : [];
  return names.filter((name) => /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/.test(name)).toSorted();
}

/**
 * @param {string} folder
 * @returns {Backup}
 * @throws {Failure} when it is none, or its manifest cannot be read
 */
export function openBackup(folder) {
  const text = readIfThere(path.join(folder, MANIFEST));
  if (text === null || folder.endsWith(PARTIAL))
    throw new Failure(
      `${folder} is no finished backup${text === null ? `: it has no ${MANIFEST}` : ''}.`,
      'Use another one; `npm run -s holdfast -- list` shows them.',
    );
  try {
    const manifest = JSON.parse(text);
    if (manifest.format === 'holdfast-backup/1') return { id: manifest.id, folder, manifest };
  } catch {
    // told below
  }
  throw new Failure(`${path.join(folder, MANIFEST)} was altered or cut off.`, 'Use another backup.');
}

/**
 * Writes the two files that make a backup one: the manifest, and the hashes of everything but the log, as `sha256sum -c` reads them.
 * @param {string} folder
 * @param {Manifest} manifest
 * @param {Readonly<Record<string, string>>} hashes SHA-256 of both archives, by their names
 */
export async function sealBackup(folder, manifest, hashes) {
  const file = path.join(folder, MANIFEST);
  writeDurably(file, `${JSON.stringify(manifest, null, 2)}\n`);
  const { sha256 } = await measureFile(file);
  const lines = Object.entries({ ...hashes, [MANIFEST]: sha256 }).map(([name, hash]) => `${hash}  ${name}\n`);
  writeDurably(path.join(folder, SUMS), lines.join(''));
}

/** Every file that has to be in the list of hashes. */
const SUMMED = [PARTS.base, PARTS.data, MANIFEST];

/**
 * Reads every byte of a backup.
 * @param {Backup} backup
 * @returns {Promise<string[]>} what is wrong; empty: nothing
 */
export async function checkBackup(backup) {
  const { folder } = backup;
  const problems = [];
  const text = readIfThere(path.join(folder, SUMS)) ?? '';
  const said = new Map(text.split('\n').map((line) => [line.slice(66), line.slice(0, 64)]));
  for (const name of SUMMED) {
    const found = await measureFile(path.join(folder, name));
    if (found === null) problems.push(`${name} is missing`);
    else if (!said.has(name)) problems.push(`${SUMS} does not list ${name}`);
    else if (found.sha256 !== said.get(name)) problems.push(`${name} was altered`);
  }
  return [...problems, ...(await checkLog(backup))];
}

async function checkLog({ folder, manifest }) {
  const wal = path.join(folder, PARTS.wal);
  try {
    const pieces = readWalIndex(wal);
    const [first, last] = [pieces.at(0), pieces.at(-1)];
    const isComplete =
      first && last && first.from <= BigInt(manifest.startLsn) && last.to >= BigInt(manifest.stopLsn);
    return isComplete
      ? await checkWal(wal, pieces)
      : ['the log does not reach from the begin of the backup to its end'];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [error.message.split('\n')[0]];
  }
}

/**
 * Removes the oldest backups beyond a number, and what interrupted ones left. The caller has the lock of the folder.
 * @param {string} dir
 * @param {number} keep at least 1
 * @returns {string[]} ids of the backups that went
 */
export function pruneBackups(dir, keep) {
  for (const name of fs.readdirSync(dir)) if (name.endsWith(PARTIAL)) removeFolder(path.join(dir, name));
  const gone = backupIds(dir).slice(0, -keep);
  for (const id of gone) {
    // First it ceases to be a backup: one that is half removed must not look like one.
    const dying = path.join(dir, `${id}${PARTIAL}`);
    fs.renameSync(path.join(dir, id), dying);
    removeFolder(dying);
  }
  return gone;
}

function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
}
