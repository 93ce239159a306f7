// Keeps the processes of a system running: what ends is started again, later each time; what it started dies with it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRunning, signalGroup, until } from './run-program.mjs';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** Whoever ran this long is healthy: its next end is counted as the first again. */
const HEALTHY_MS = 60_000;
/** The worker has 25 s to end what it has begun. */
const PATIENCE_MS = 27_000;
const LOG_BYTES_MAX = 10_000_000;
const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'die-with-parent.mjs')).href;

/**
 * @typedef {{ name: string, args: readonly string[], cwd?: string, env: Record<string, string | undefined> }} Program
 *   `args` of node
 */

/**
 * @param {{ logsDir: string, say: (line: string) => void }} options
 */
export function createSupervisor({ logsDir, say }) {
  /** @type {Map<string, { program: Program, child: import('node:child_process').ChildProcess | null, timer: NodeJS.Timeout | null, failures: number }>} */
  const kept = new Map();
  let isStopping = false;
  fs.mkdirSync(logsDir, { recursive: true });

  /** @param {Program} program */
  function launch(program) {
    if (isStopping) return;
    kept.set(program.name, { program, child: null, timer: null, failures: 0 });
    run(kept.get(program.name));
  }

  function run(entry) {
    const { name, args, cwd, env } = entry.program;
    const log = openLog(logFile(name));
    const child = spawn(process.execPath, ['--import', PRELOAD, ...args], {
      cwd,
      env: { ...env, HOLDFAST_SUPERVISOR: String(process.pid) },
      detached: true, // a Ctrl-C reaches us alone; we end them in order
      stdio: ['ignore', log, log, 'ipc'],
    });
    fs.closeSync(log);
    const beganAt = performance.now();
    entry.child = child;
    entry.timer = null;
    child.once('exit', (code, signal) => {
      entry.child = null;
      if (isStopping || !kept.has(name)) return;
      entry.failures = performance.now() - beganAt >= HEALTHY_MS ? 1 : entry.failures + 1;
      const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (entry.failures - 1), LONGEST_DELAY_MS);
      say(
        `${name} ended (${signal ?? `exit code ${code}`}); starting it again in ${delayMs / 1000} s. Log: ${logFile(name)}`,
      );
      entry.timer = setTimeout(() => run(entry), delayMs);
    });
  }

  /** Starts a program again at once, with what is on disk now. */
  async function restart(name) {
    const entry = kept.get(name);
    if (!entry || isStopping) return;
    kept.delete(name);
    if (entry.timer) clearTimeout(entry.timer);
    await end(entry.child);
    if (!isStopping) launch(entry.program);
  }

  /** Ends everything: politely, then without. */
  async function stop() {
    isStopping = true;
    const entries = [...kept.values()];
    for (const { timer } of entries) if (timer) clearTimeout(timer);
    await Promise.all(entries.map(({ child }) => end(child)));
  }

  /** Ends everything at once, for whoever presses Ctrl-C twice. */
  function kill() {
    isStopping = true;
    for (const { child } of kept.values()) signalGroup(child?.pid, 'SIGKILL');
  }

  function logFile(name) {
    return path.join(logsDir, `${name}.log`);
  }

  return {
    launch,
    restart,
    stop,
    kill,
    logFile,
    pids: () => Object.fromEntries([...kept].map(([name, { child }]) => [name, child?.pid ?? null])),
    failures: (name) => kept.get(name)?.failures ?? 0,
  };
}

async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const hasEnded = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child.pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), PATIENCE_MS);
  await hasEnded;
  clearTimeout(timer);
}

function openLog(file) {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES_MAX) fs.renameSync(file, `${file}.old`);
  return fs.openSync(file, 'a', 0o600);
}

/**
 * Tells a process to stop and waits until it has.
 * @param {number} pid
 * @param {string} mark see {@link isRunning}
 * @returns {Promise<boolean>} false when it had to be killed
 */
export async function stopProcess(pid, mark) {
  process.kill(pid, 'SIGTERM');
  if (await until(() => !isRunning(pid, mark), 60_000)) return true;
  signalGroup(pid, 'SIGKILL');
  await until(() => !isRunning(pid, mark), 5_000);
  return false;
}
