import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { postgresStatus, startPostgres, stopPostgres } from '../scripts/embedded-postgres.mjs';
import { applyMigrations } from '../scripts/migrate.mjs';
import { nodeOptions, programOptions } from '../scripts/bundle.mjs';
import { freePort } from '../scripts/ports.mjs';
import { until } from '../scripts/run-program.mjs';

/** Postgres, web, ingestion and worker of a chaos run, each of which can be killed and is started again. */
export interface ChaosSystem {
  readonly ownerUrl: string;
  readonly ingestUrl: string;
  readonly webUrl: string;
  /** Answers 200 when that process is ready; Postgres is asked by SQL. */
  readonly readyUrls: Readonly<Record<Exclude<Victim, 'postgres'>, string>>;
  /** kill -9; returns when it is dead. */
  kill(victim: Victim): Promise<void>;
  /** Ends that nobody asked for, such as `worker (exit code 1)`. */
  crashes(): readonly string[];
  /** The end of what each process has written. */
  lastWords(): string;
  /** Ends everything politely and removes the data. */
  stop(): Promise<void>;
}

export const VICTIMS = ['ingest', 'worker', 'web', 'postgres'] as const;
export type Victim = (typeof VICTIMS)[number];

const ROOT = path.resolve(import.meta.dirname, '..');
const DIE_WITH_PARENT = pathToFileURL(path.join(ROOT, 'scripts/die-with-parent.mjs')).href;
const PASSWORDS = { holdfast_web: 'chaos', holdfast_worker: 'chaos', holdfast_ingest: 'chaos' };
const CHECK_MS = 200;
const KILL_MS_MAX = 10_000;

/**
 * Starts a system of its own in `dir`, on ports of its own. Postgres keeps its promises here: fsync is on.
 * @throws when the web pages are not built
 */
export async function startChaosSystem(dir: string): Promise<ChaosSystem> {
  const webServer = builtWebServer();
  fs.mkdirSync(dir, { recursive: true });
  const dataDir = path.join(dir, 'postgres');
  const postgres = { dataDir, port: await freePort(54461), password: 'chaos' };
  await startPostgres(postgres);
  const address = (user: string) => `postgresql://${user}:chaos@127.0.0.1:${postgres.port}/postgres`;
  const contextKeyHex = createHash('sha256').update('chaos').digest('hex');
  await applyMigrations(address('postgres'), { contextKeyHex, passwords: PASSWORDS });
  const ports = await choosePorts();
  const env = { ...environment(ports, dir), HOLDFAST_CONTEXT_KEY: contextKeyHex };
  const programs = await bundle(path.join(ROOT, '.data/chaos'));
  const children = {
    ingest: keep('ingest', programs.ingest, { ...env, DATABASE_URL_INGEST: address('holdfast_ingest') }, dir),
    worker: keep('worker', programs.worker, { ...env, DATABASE_URL_WORKER: address('holdfast_worker') }, dir),
    web: keep('web', webServer, { ...env, DATABASE_URL_WEB: address('holdfast_web') }, dir),
  };
  const stopKeeping = keepPostgres(postgres);
  const at = (name: keyof Ports): string => `http://127.0.0.1:${ports[name]}`;
  return {
    ownerUrl: address('postgres'),
    ingestUrl: at('ingest'),
    webUrl: at('web'),
    readyUrls: {
      ingest: `${at('ingest')}/readyz`,
      worker: `${at('worker')}/health`,
      web: `${at('web')}/api/health`,
    },
    kill: (victim) => (victim === 'postgres' ? killPostgres(dataDir) : children[victim].kill()),
    crashes: () => Object.values(children).flatMap((child) => child.crashes),
    lastWords: () => lastWordsIn(dir),
    stop: async () => {
      await Promise.all(Object.values(children).map((child) => child.stop()));
      await stopKeeping();
      await stopPostgres({ dataDir });
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

const LAST_LINES = 15;

function lastWordsIn(dir: string): string {
  const logs = fs.readdirSync(dir).filter((name) => name.endsWith('.log'));
  return logs
    .map((name) => {
      const lines = fs.readFileSync(path.join(dir, name), 'utf8').trimEnd().split('\n');
      return [`--- ${name}`, ...lines.slice(-LAST_LINES).map((line) => line.slice(0, 500))].join('\n');
    })
    .join('\n');
}

/** The server that `npm start` runs. */
function builtWebServer(): string {
  const file = path.join(ROOT, '.next/standalone/server.js');
  if (fs.existsSync(file)) return file;
  throw new Error(`The web pages are not built: ${file} is missing. Run \`npm start\` once first.`);
}

interface Ports {
  ingest: number;
  worker: number;
  web: number;
}

async function choosePorts(): Promise<Ports> {
  const ingest = await freePort(3162);
  const worker = await freePort(ingest + 1);
  return { ingest, worker, web: await freePort(worker + 1) };
}

function environment(ports: Ports, dir: string): NodeJS.ProcessEnv {
  const appOrigin = `http://127.0.0.1:${ports.web}`;
  return {
    ...process.env,
    NODE_ENV: 'production',
    HOLDFAST_DEMO: 'off',
    HOLDFAST_DATA_DIR: dir,
    HOLDFAST_HOST: '127.0.0.1',
    HOLDFAST_SIGNING_KEY: signingKey(),
    HOLDFAST_SECRET_KEY: randomBytes(32).toString('hex'),
    HOLDFAST_INGEST_PORT: String(ports.ingest),
    HOLDFAST_WORKER_PORT: String(ports.worker),
    HOLDFAST_WEB_PORT: String(ports.web),
    PORT: String(ports.web),
    HOSTNAME: '127.0.0.1',
    APP_ORIGIN: appOrigin,
    NEXTAUTH_URL: appOrigin,
    NEXTAUTH_SECRET: randomBytes(32).toString('hex'),
    INGEST_ORIGIN: `http://127.0.0.1:${ports.ingest}`,
    LOG_LEVEL: 'warn',
  };
}

function signingKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

/** Bundles lie inside the project, whose packages they look for. */
async function bundle(outDir: string): Promise<{ ingest: string; worker: string }> {
  const files = { ingest: path.join(outDir, 'ingest.mjs'), worker: path.join(outDir, 'worker.mjs') };
  await Promise.all([
    build({ ...programOptions('ingest'), outfile: files.ingest }),
    build({ ...programOptions('worker'), outfile: files.worker }),
  ]);
  return files;
}

interface Kept {
  kill(): Promise<void>;
  stop(): Promise<void>;
  readonly crashes: readonly string[];
}

/** Runs a program, and again whenever it ends; it does not outlive us, however we end. */
function keep(name: string, file: string, env: NodeJS.ProcessEnv, dir: string): Kept {
  let isStopping = false;
  let child: ChildProcess;
  const crashes: string[] = [];
  const log = fs.openSync(path.join(dir, `${name}.log`), 'a');
  const launch = (): void => {
    if (isStopping) return;
    child = spawn(process.execPath, ['--import', DIE_WITH_PARENT, ...nodeOptions(name), file], {
      env: { ...env, HOLDFAST_SUPERVISOR: String(process.pid) },
      stdio: ['ignore', log, log, 'ipc'],
    });
    child.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL' && !isStopping) crashes.push(`${name} (${signal ?? `exit code ${code}`})`);
      setTimeout(launch, CHECK_MS);
    });
  };
  launch();
  return {
    crashes,
    kill: () => end(child, 'SIGKILL'),
    stop: async () => {
      isStopping = true;
      await end(child, 'SIGTERM');
      fs.closeSync(log);
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const hasEnded = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await hasEnded;
}

/** The postmaster and everything it started, at once: as when the power fails. */
async function killPostgres(dataDir: string): Promise<void> {
  const status = postgresStatus({ dataDir });
  if (!status) return;
  const children = fs
    .readFileSync(`/proc/${status.pid}/task/${status.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  for (const pid of [status.pid, ...children]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  await until(() => postgresStatus({ dataDir })?.pid !== status.pid, KILL_MS_MAX);
}

function keepPostgres(options: Parameters<typeof startPostgres>[0]): () => Promise<void> {
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    // A server that is still recovering refuses; the next look tries again.
    if (!postgresStatus({ dataDir: options.dataDir })) await startPostgres(options).catch(() => {});
    if (!isStopping) timer = setTimeout(() => void (running = look()), CHECK_MS);
  };
  let running = look();
  return async () => {
    isStopping = true;
    clearTimeout(timer);
    await running;
  };
}
