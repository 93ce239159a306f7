import { type ChildProcess, spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { freePort } from '../scripts/ports.mjs';
import { until } from '../scripts/run-program.mjs';

/** A real Redis that keeps nothing on disk, on a port of its own. */
export interface TestRedis {
  readonly url: string;
  /** Forgets everything it holds. */
  flush(): Promise<void>;
  /** Ends as when the power fails, and forgets everything. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends for good. */
  stop(): Promise<void>;
}

const START_MS_MAX = 20_000;

/** Needs `redis-server`; see `requireTool`. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort(6390);
  const url = `redis://127.0.0.1:${port}/0`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    child = spawn('redis-server', [...options, '--loglevel', 'warning'], { stdio: 'ignore' });
    if (!(await until(() => isAnswering(url), START_MS_MAX)))
      throw new Error(`redis-server does not answer on port ${port}`);
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const hasEnded = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await hasEnded;
  };
  await start();
  return {
    url,
    start,
    kill,
    stop: kill,
    flush: () => ask(url, async (redis) => void (await redis.flushall())),
  };
}

async function isAnswering(url: string): Promise<boolean> {
  return ask(url, (redis) => redis.ping()).then(
    () => true,
    () => false,
  );
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
