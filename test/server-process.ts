import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { nodeOptions, programOptions } from '../scripts/bundle.mjs';
import { freePort } from '../scripts/ports.mjs';
import { isRunning, until } from '../scripts/run-program.mjs';
import type { TestDatabase } from './database';

/** The real ingestion or worker process, on a port of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** False once it ended, for whatever reason. */
  isAlive(): boolean;
  /** The most memory it ever held at once (VmHWM), in MiB; 0 where the system does not say. */
  memoryMaxMib(): number;
  /** What it has written so far, a line an entry. */
  logLines(): string[];
  /** Ends it politely; its exit code. */
  stop(): Promise<number | null>;
}

export type ServerName = 'ingest' | 'worker';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Bundles lie inside the project, whose packages they look for. */
const DIR = path.join(ROOT, '.test-data/programs');
const DIE_WITH_PARENT = pathToFileURL(path.join(ROOT, 'scripts/die-with-parent.mjs')).href;
const START_MS_MAX = 30_000;

/**
 * Bundles a program as `npm start` does, runs it against a test's database and waits until it is ready.
 * @param env over what every process of a test is given
 */
export async function startServerProcess(
  name: ServerName,
  at: TestDatabase,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const port = await freePort(portsFrom(name));
  const outfile = path.join(DIR, `${name}-${port}.mjs`);
  const logFile = path.join(DIR, `${name}-${port}.log`);
  await build({ ...programOptions(name), outfile });
  const log = fs.openSync(logFile, 'w');
  const child = spawn(process.execPath, ['--import', DIE_WITH_PARENT, ...nodeOptions(name), outfile], {
    env: {
      ...process.env,
      ...environmentOf(name, at, port),
      ...env,
      HOLDFAST_SUPERVISOR: String(process.pid),
    },
    stdio: ['ignore', log, log, 'ipc'],
  });
  fs.closeSync(log);
  const url = `http://127.0.0.1:${port}`;
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  const logLines = (): string[] => fs.readFileSync(logFile, 'utf8').split('\n').filter(Boolean);
  const isReady = (): Promise<boolean> => isOk(`${url}/readyz`);
  if (!(await until(() => !isAlive() || isReady(), START_MS_MAX)) || !isAlive())
    throw new Error(`the ${name} process did not start: ${logLines().slice(-20).join('\n')}`);
  return {
    url,
    pid: child.pid ?? 0,
    isAlive,
    memoryMaxMib: () => memoryMaxMib(child.pid ?? 0),
    logLines,
    stop: async () => {
      const code = await end(child);
      for (const file of [outfile, `${outfile}.map`, logFile]) fs.rmSync(file, { force: true });
      return code;
    },
  };
}

/** Files that run beside this one begin elsewhere: two that found the same port free would both take it. */
function portsFrom(name: ServerName): number {
  const beside = Number(process.env['VITEST_POOL_ID'] ?? 1);
  return 20_000 + beside * 200 + (name === 'ingest' ? 0 : 100);
}

function environmentOf(name: ServerName, at: TestDatabase, port: number): Record<string, string> {
  const databaseUrl: Record<string, string> =
    name === 'ingest' ? { DATABASE_URL_INGEST: at.ingestUrl } : { DATABASE_URL_WORKER: at.workerUrl };
  return {
    ...databaseUrl,
    NODE_ENV: 'production',
    HOLDFAST_DEMO: 'off',
    HOLDFAST_INGEST_PORT: String(port),
    HOLDFAST_WORKER_PORT: String(port),
    LOG_LEVEL: 'warn',
  };
}

async function isOk(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function memoryMaxMib(pid: number): number {
  if (!isRunning(pid) || !fs.existsSync(`/proc/${pid}/status`)) return 0;
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib ?? 0) / 1024;
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const hasEnded = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await hasEnded;
  return child.exitCode;
}
