import { setTimeout as pause } from 'node:timers/promises';
import { createPostgresBackend, Queue, Worker, withBackend } from 'bullmq';
import type { ConnectionOptions, JobsOptions, PostgresConnectionOptions } from 'bullmq';
import { Pool } from 'pg';

/** The bell: BullMQ on Postgres or on Redis, whichever the address names. Losing it loses nothing. */
export interface Messaging {
  readonly kind: 'postgres' | 'redis';
  /** Adds a job; one of the same id that still waits or runs swallows it. The payload holds ids only. */
  add(queueName: string, jobId: string, payload: Readonly<Record<string, string>>): Promise<void>;
  /** Works on a queue until closed. */
  work(queueName: string, work: Work, concurrency: number): void;
  /** Stops taking jobs, lets running ones end. */
  close(): Promise<void>;
}

type Work = (payload: unknown) => Promise<void>;

interface Parts {
  makeQueue(name: string): QueuePart;
  /** Not running yet. */
  makeWorker(name: string, work: Work, concurrency: number): WorkerPart;
}
interface Closable {
  on(event: 'error', listener: () => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<unknown>;
}
interface WorkerPart extends Closable {
  run(): Promise<void>;
}
interface QueuePart extends Closable {
  add(name: string, payload: unknown, options: JobsOptions): Promise<unknown>;
}

/** Until BullMQ is asked again after it could not begin. */
const RETRY_MS = 1000;
/** A backend that is away never says goodbye: BullMQ would wait for it. */
const GOODBYE_MS_MAX = 2000;

const OPTIONS: JobsOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** @param url must not pass PgBouncer in transaction mode: the queue listens */
export function openMessaging(url: string, connectionsMax: number): Messaging {
  if (!url.startsWith('postgres')) return assemble('redis', redisParts(url), () => Promise.resolve());
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    application_name: 'holdfast-queue',
    options: '-c search_path=bullmq',
  });
  pool.on('error', () => {});
  pool.setMaxListeners(0);
  return assemble('postgres', postgresParts(pool), () => pool.end());
}

function postgresParts(pool: Pool): Parts {
  // BullMQ describes a pool by another overload of `connect` than pg does.
  const connection = pool as unknown as PostgresConnectionOptions;
  const backed = withBackend(createPostgresBackend);
  return {
    makeQueue: (name) => new backed.Queue(name, { connection }),
    makeWorker: (name, work, concurrency) =>
      new backed.Worker(name, (job: { data: unknown }) => work(job.data), {
        connection,
        concurrency,
        autorun: false,
      }),
  };
}

function redisParts(url: string): Parts {
  const { hostname, port, pathname, username, password, protocol } = new URL(url);
  const connection: ConnectionOptions = {
    host: hostname,
    port: Number(port || 6379),
    db: Number(pathname.slice(1) || 0),
    maxRetriesPerRequest: null,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
  return {
    makeQueue: (name) => new Queue(name, { connection }),
    makeWorker: (name, work, concurrency) =>
      new Worker(name, (job) => work(job.data), { connection, concurrency, autorun: false }),
  };
}

function assemble(kind: Messaging['kind'], parts: Parts, end: () => Promise<void>): Messaging {
  const queues = new Map<string, QueuePart>();
  const workers: KeptWorker[] = [];
  const queueOf = async (name: string): Promise<QueuePart> => {
    const queue = queues.get(name) ?? quiet(parts.makeQueue(name));
    queues.set(name, queue);
    try {
      await queue.waitUntilReady();
    } catch (error) {
      if (queues.get(name) === queue) queues.delete(name);
      await queue.close();
      throw error;
    }
    return queue;
  };
  return {
    kind,
    add: async (queueName, jobId, payload) => {
      const queue = await queueOf(queueName);
      await queue.add(queueName, payload, { ...OPTIONS, jobId });
    },
    work: (queueName, work, concurrency) => {
      workers.push(keepWorker((watched) => quiet(parts.makeWorker(queueName, watched, concurrency)), work));
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((queue) => inTime(queue.close())));
      await end();
    },
  };
}

interface KeptWorker {
  close(): Promise<void>;
}

/**
 * Runs a worker once it is ready. BullMQ remembers for ever that it could not begin, and a running worker would ask again
 * without a pause, so that nothing else in the process has its turn: one that could not begin is replaced.
 */
function keepWorker(make: (work: Work) => WorkerPart, work: Work): KeptWorker {
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  let current: WorkerPart | undefined;
  const watched: Work = (payload) => {
    const done = work(payload).finally(() => running.delete(done));
    running.add(done);
    return done;
  };
  const begin = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      current = make(watched);
      if (await isReady(current)) return void current.run().catch(() => {}); // told as an event, too
      await inTime(current.close());
      await pause(RETRY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  const beginning = begin();
  return {
    close: async () => {
      stop.abort();
      const closing = current?.close() ?? Promise.resolve();
      await Promise.allSettled(running);
      await inTime(Promise.all([closing, beginning]));
    },
  };
}

async function inTime(goodbye: Promise<unknown>): Promise<void> {
  const isOver = new AbortController();
  const limit = pause(GOODBYE_MS_MAX, undefined, { signal: isOver.signal }).catch(() => {});
  await Promise.race([goodbye, limit]);
  isOver.abort();
}

function isReady(part: Closable): Promise<boolean> {
  return part.waitUntilReady().then(
    () => true,
    () => false,
  );
}

/** The queue reports broken connections as events; the sweep works on without it. */
function quiet<T extends Closable>(part: T): T {
  part.on('error', () => {});
  return part;
}
