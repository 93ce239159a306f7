import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const RETRY_MILLISECONDS = 20;
/** Breaking a lock takes microseconds; a breaker that is this old has died. */
const BREAKER_AGE_MILLISECONDS_MAX = 10_000;

/**
 * Does some work while no other process holds the same lock file. A lock whose process has died is taken over.
 * @returns null when the lock was not free within `waitMilliseconds`
 */
export async function withProcessLock<T>(
  file: string,
  waitMilliseconds: number,
  work: () => T | Promise<T>,
): Promise<{ value: T } | null> {
  const deadline = Date.now() + waitMilliseconds;
  while (!tryLock(file)) {
    if (Date.now() >= deadline) return null;
    await pause(RETRY_MILLISECONDS * (0.5 + Math.random()));
  }
  try {
    return { value: await work() };
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  if (createLock(file)) return true;
  if (!isStale(file)) return false;
  breakLock(file);
  return createLock(file);
}

/** Written aside and linked, so that a lock is never seen without its owner. */
function createLock(file: string): boolean {
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, ownerText(process.pid));
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/** Only one process at a time may remove a dead one's lock, and it looks again, so that a fresh lock is never removed. */
function breakLock(file: string): void {
  const breaker = `${file}.breaking`;
  try {
    fs.closeSync(fs.openSync(breaker, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    removeDeadBreaker(breaker);
    return;
  }
  try {
    if (isStale(file)) fs.rmSync(file, { force: true });
  } finally {
    fs.rmSync(breaker, { force: true });
  }
}

function removeDeadBreaker(breaker: string): void {
  const stat = fs.statSync(breaker, { throwIfNoEntry: false });
  if (stat && Date.now() - stat.mtimeMs > BREAKER_AGE_MILLISECONDS_MAX) fs.rmSync(breaker, { force: true });
}

function isStale(file: string): boolean {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const pid = Number(text.split(' ', 1)[0]);
  return !Number.isInteger(pid) || pid <= 0 || text !== ownerText(pid);
}

/** Process number and, on Linux, its start time: a number that was given again to another process is not the owner. */
function ownerText(pid: number): string {
  return isAlive(pid) ? `${pid} ${startTime(pid)}` : 'dead';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function startTime(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}
