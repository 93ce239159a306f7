import fs from 'node:fs';
import { performance } from 'node:perf_hooks';
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
  const deadline = performance.now() + waitMilliseconds;
  while (!tryLock(file)) {
    if (performance.now() >= deadline) return null;
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

/** Where these cannot be made (FAT, Windows without the right to), a file stands for the lock. */
const NO_SYMLINKS: readonly (string | undefined)[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/** A link that leads nowhere but names its owner: it is never seen without one, and takes no room of a full disk. */
function createLock(file: string): boolean {
  try {
    fs.symlinkSync(processOwner(process.pid), file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_SYMLINKS.includes(code)) throw error;
    return createLockFile(file);
  }
}

/** Written aside and linked, for the same reason. */
function createLockFile(file: string): boolean {
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, processOwner(process.pid));
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
  // Also one of the future: the clock may have been set back.
  if (stat && Math.abs(Date.now() - stat.mtimeMs) > BREAKER_AGE_MILLISECONDS_MAX)
    fs.rmSync(breaker, { force: true });
}

function isStale(file: string): boolean {
  const text = readOwner(file);
  return text !== null && !isOwnerAlive(text);
}

/** Whether the very process that {@link processOwner} named still runs. */
export function isOwnerAlive(text: string): boolean {
  const pid = Number(text.split(' ', 1)[0]);
  return Number.isInteger(pid) && pid > 0 && text === processOwner(pid);
}

function readOwner(file: string): string | null {
  try {
    const isLink = fs.lstatSync(file).isSymbolicLink();
    return isLink ? fs.readlinkSync(file) : fs.readFileSync(file, 'utf8');
  } catch (error) {
    // It was let go, or taken over, in between.
    if (['ENOENT', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Process number and, on Linux, its start time: a number that was given again to another process is not the owner. */
export function processOwner(pid: number): string {
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
