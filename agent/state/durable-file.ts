import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Prefix of files that are still being written; they are never read, and removed when old. */
const PARTIAL_PREFIX = '.partial-';
const PARTIAL_AGE_MILLISECONDS_MAX = 3_600_000;

/** Writes a file whole or not at all, also over a power cut: written aside, flushed, renamed, folder flushed. */
export function writeDurably(file: string, content: string | Uint8Array, mode = 0o600): void {
  const folder = path.dirname(file);
  const partial = path.join(folder, `${PARTIAL_PREFIX}${process.pid}-${randomUUID()}`);
  try {
    writeFlushed(partial, content, mode);
    fs.renameSync(partial, file);
  } catch (error) {
    // What is left of it would take the room that a full disk lacks.
    fs.rmSync(partial, { force: true });
    throw error;
  }
  flushFolder(folder);
}

function writeFlushed(file: string, content: string | Uint8Array, mode: number): void {
  const descriptor = fs.openSync(file, 'wx', mode);
  try {
    fs.writeFileSync(descriptor, content);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

export function removeDurably(file: string): void {
  fs.rmSync(file, { force: true });
  flushFolder(path.dirname(file));
}

export function moveDurably(from: string, to: string): void {
  fs.renameSync(from, to);
  flushFolder(path.dirname(to));
  flushFolder(path.dirname(from));
}

/** Makes a folder that only its owner may enter. */
export function makePrivateFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Removes what killed processes left half-written, also when the clock was set back meanwhile. */
export function removeOldPartials(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(PARTIAL_PREFIX)) continue;
    const stat = fs.statSync(path.join(folder, name), { throwIfNoEntry: false });
    if (stat && Math.abs(Date.now() - stat.mtimeMs) > PARTIAL_AGE_MILLISECONDS_MAX)
      fs.rmSync(path.join(folder, name), { force: true });
  }
}

/** Not every system lets a folder be opened and flushed (Windows does not). */
function flushFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = fs.openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fs.fsyncSync(descriptor);
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}
