import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../scripts/ports.mjs';
import { until } from '../scripts/run-program.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const START_TIMEOUT_MS = 120_000;
const PORTS_FROM = 4_600;

/** An installation of its own, in which nobody has an account yet. */
export interface EmptySystem {
  readonly webUrl: string;
  /** As printed for the first owner. */
  readonly setupCode: string;
  /** Calls `add-msp` as whoever runs the installation; answers what it prints. */
  addMsp(...args: readonly string[]): string;
  /** Ends it and removes everything it kept. */
  stop(): Promise<void>;
}

/** Starts a second system beside the demo as `npm start` does, on free ports and with the pages that are built. */
export async function startEmptySystem(): Promise<EmptySystem> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-empty-'));
  fs.chmodSync(folder, 0o711); // where we are root, Postgres is somebody else
  const dataDir = path.join(folder, 'data');
  const ports = await freePorts();
  const env = { ...foreignEnvironment(), ...ports, HOLDFAST_DATA_DIR: dataDir };
  const start = path.join(ROOT, 'scripts/start.mjs');
  const child = spawn(process.execPath, [start], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (said += String(part)));

  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const printed = (): string | undefined => /enter this code:\s+([A-Z2-9-]{29})/.exec(said)?.[1];
  await until(() => printed() !== undefined || child.exitCode !== null, START_TIMEOUT_MS);
  const setupCode = printed();
  if (setupCode === undefined) {
    await stop();
    throw new Error(`the empty system did not start:\n${said}`);
  }
  const addMsp = (...args: readonly string[]): string => {
    const add = [path.join(ROOT, 'scripts/add-msp.mjs'), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, add, { cwd: ROOT, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`add-msp ended with ${status}: ${stderr}`);
    return stdout.trim();
  };
  return { webUrl: `http://127.0.0.1:${ports['HOLDFAST_WEB_PORT']}`, setupCode, addMsp, stop };
}

/** Ours without what belongs to the system that the other tests look at. */
function foreignEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(HOLDFAST_|DATABASE_URL|QUEUE_URL|NEXTAUTH_|APP_ORIGIN|INGEST_ORIGIN|SMTP_URL|MAIL_FROM)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), HOLDFAST_DEMO: 'off' } as unknown as NodeJS.ProcessEnv;
}

async function freePorts(): Promise<Record<string, string>> {
  const taken = new Set<number>();
  const ports: Record<string, string> = {};
  for (const name of ['WEB', 'INGEST', 'WORKER', 'POSTGRES']) {
    const port = await freePort(PORTS_FROM, taken);
    taken.add(port);
    ports[`HOLDFAST_${name}_PORT`] = String(port);
  }
  return ports;
}
