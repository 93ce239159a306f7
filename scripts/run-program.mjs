// Runs other programs to their end. Each gets a process group of its own, so that stopping takes its children along.
import { spawn } from 'node:child_process';
import fs from 'node:fs';

/** Programs under way; whoever is told to stop ends them first. */
const underWay = new Set();

/**
 * Runs a program and waits for it. Never rejects for an exit code: the caller knows what it means.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, uid?: number, gid?: number, logFile?: string, withOutput?: boolean, onLine?: (line: string) => void }} options
 *   `logFile` receives the whole output; `withOutput: false` is for programs that leave a daemon holding their pipes.
 * @returns {Promise<{ code: number, output: string }>} stdout and stderr together, the last 200,000 characters
 */
export function runProgram(file, args, options = {}) {
  const { logFile, withOutput = true, onLine, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const stream = withOutput ? 'pipe' : 'ignore';
    const child = spawn(file, args, { ...spawnOptions, detached: true, stdio: ['ignore', stream, stream] });
    underWay.add(child);
    const log = logFile ? fs.createWriteStream(logFile) : null;
    let output = '';
    let rest = '';
    const take = (chunk) => {
      log?.write(chunk);
      output = (output + chunk).slice(-200_000);
      if (!onLine) return;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.once('error', (error) => {
      underWay.delete(child);
      reject(error);
    });
    child.once(withOutput ? 'close' : 'exit', (code) => {
      underWay.delete(child);
      if (rest) onLine?.(rest);
      log?.end();
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Ends every program under way, with its children. */
export function endPrograms(signal = 'SIGTERM') {
  for (const child of underWay) signalGroup(child.pid, signal);
}

/**
 * Signals a process group, or the process itself where there is no group.
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  if (!pid) return;
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      // gone already, or no group leader: try the process itself
    }
  }
}

/**
 * True while a process runs. A zombie and a recycled number look alive to `kill(pid, 0)`: where there is /proc the
 * command line must also contain `mark`.
 * @param {number} pid
 * @param {string} [mark]
 */
export function isRunning(pid, mark) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    if (/^\d+ \(.*\) [ZX]/s.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))) return false;
    return !mark || fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
  } catch {
    return false;
  }
}

/**
 * Asks again every 50 ms until the answer is truthy.
 * @template T
 * @param {() => T | Promise<T>} ask
 * @param {number} timeoutMs
 * @returns {Promise<T | null>} null when time ran out
 */
export async function until(ask, timeoutMs) {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() >= end) return null;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
