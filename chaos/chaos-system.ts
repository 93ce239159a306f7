import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { postgresStatus, startPostgres, stopPostgres } from '../scripts/embedded-postgres.mjs';
import { applyMigrations } from '../scripts/migrate.mjs';
import { programOptions } from '../scripts/bundle.mjs';
import { freePort } from '../scripts/ports.mjs';

/** Postgres, ingestion and worker of a chaos run, each of which can be killed and is started again. */
export interface ChaosSystem {
  readonly ownerUrl: string;
  readonly ingestUrl: string;
  /** kill -9. */
  kill(victim: Victim): void;
  /** Ends everything politely and removes the data. */
  stop(): Promise<void>;
}

export const VICTIMS = ['ingest', 'worker', 'postgres'] as const;
export type Victim = (typeof VICTIMS)[number];

const PASSWORDS = { holdfast_web: 'chaos', holdfast_worker: 'chaos', holdfast_ingest: 'chaos' };
const CHECK_MS = 200;

/** Starts a system of its own in `dir`, on ports of its own. Postgres keeps its promises here: fsync is on. */
export async function startChaosSystem(dir: string): Promise<ChaosSystem> {
  fs.mkdirSync(dir, { recursive: true });
  const dataDir = path.join(dir, 'postgres');
  const port = await freePort(54461);
  const postgres = { dataDir, port, password: 'chaos' };
  await startPostgres(postgres);
  const contextKeyHex = createHash('sha256').update('chaos').digest('hex');
  const address = (user: string) => `postgresql://${user}:chaos@127.0.0.1:${port}/postgres`;
  await applyMigrations(address('postgres'), { contextKeyHex, passwords: PASSWORDS });
  const ingestPort = await freePort(3162);
  const workerPort = await freePort(ingestPort + 1);
  const env = {
    ...process.env,
    HOLDFAST_CONTEXT_KEY: contextKeyHex,
    HOLDFAST_SIGNING_KEY: signingKey(),
    HOLDFAST_INGEST_PORT: String(ingestPort),
    HOLDFAST_WORKER_PORT: String(workerPort),
    INGEST_ORIGIN: `http://127.0.0.1:${ingestPort}`,
    HOLDFAST_DATA_DIR: dir,
    LOG_LEVEL: 'warn',
  };
  const programs = await bundle(path.resolve(import.meta.dirname, '../.data/chaos'));
  const children = {
    ingest: keep('ingest', programs.ingest, { ...env, DATABASE_URL_INGEST: address('holdfast_ingest') }, dir),
    worker: keep('worker', programs.worker, { ...env, DATABASE_URL_WORKER: address('holdfast_worker') }, dir),
  };
  const postgresKeeper = keepPostgres(postgres);
  return {
    ownerUrl: address('postgres'),
    ingestUrl: `http://127.0.0.1:${ingestPort}`,
    kill: (victim) => {
      if (victim === 'postgres') killPostgres(dataDir);
      else children[victim].kill();
    },
    stop: async () => {
      await Promise.all([children.ingest.stop(), children.worker.stop()]);
      await postgresKeeper();
      await stopPostgres({ dataDir });
      fs.rmSync(dir, { recursive: true, force: true });
    },
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

function keep(
  name: string,
  file: string,
  env: NodeJS.ProcessEnv,
  dir: string,
): { kill(): void; stop(): Promise<void> } {
  let isStopping = false;
  let child: ChildProcess;
  const log = fs.openSync(path.join(dir, `${name}.log`), 'a');
  const launch = (): void => {
    child = spawn(process.execPath, ['--enable-source-maps', file], { env, stdio: ['ignore', log, log] });
    child.once('exit', () => {
      if (!isStopping) setTimeout(launch, CHECK_MS);
    });
  };
  launch();
  return {
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const hasEnded = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await hasEnded;
      fs.closeSync(log);
    },
  };
}

/** The postmaster and everything it started, at once: as when the power fails. */
function killPostgres(dataDir: string): void {
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
