import fs from 'node:fs';
import { isRunning, until } from './run-program.mjs';

/**
 * Does something that two processes must not do at once. The lock file names its holder; one whose holder is dead is taken.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {number} [timeoutMs]
 * @returns {Promise<T>}
 */
export async function withLock(file, work, timeoutMs = 120_000) {
  if (!(await until(() => tryLock(file), timeoutMs)))
    throw new Error(`${file} is held by process ${holderOf(file)}`);
  try {
    return await work();
  } finally {
    unlock(file);
  }
}

/**
 * Takes a lock file for this process.
 * @param {string} file
 * @param {string} [mark] what the command line of a holder contains
 * @returns {boolean} false while a living process holds it
 */
export function tryLock(file, mark = 'node') {
  const mine = `${file}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    fs.linkSync(mine, file); // either the whole file appears, or it was there
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = holderOf(file);
    if (holder === null || isRunning(holder, mark)) return holder === process.pid;
    fs.rmSync(file, { force: true });
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/** @param {string} file */
export function unlock(file) {
  if (holderOf(file) === process.pid) fs.rmSync(file, { force: true });
}

/**
 * The process that holds a lock file, dead or alive.
 * @param {string} file
 * @returns {number | null}
 */
export function holderOf(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
