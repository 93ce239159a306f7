import fs from 'node:fs';
import { isRunning } from './run-program.mjs';

const CHECK_MS = 500;

/**
 * Calls back when the npm that runs us is gone. A signal to npm ends npm and the shell between, but does not reach us.
 * @param {() => void} callback
 */
export function whenNpmEnds(callback) {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && (npm === null || isRunning(npm))) return;
    clearInterval(timer);
    callback();
  }, CHECK_MS);
  timer.unref();
}

/** Known where there is /proc. */
function parentOf(pid) {
  try {
    const [, parent] = /^PPid:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return parent ? Number(parent) : null;
  } catch {
    return null;
  }
}
