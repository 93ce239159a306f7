import { createPostgresBackend, Queue, Worker, withBackend } from 'bullmq';
import type { ConnectionOptions, JobsOptions, PostgresConnectionOptions } from 'bullmq';
import { Pool } from 'pg';

/** The bell: BullMQ on Postgres or on Redis, whichever the address names. Losing it loses nothing. */
export interface Messaging {
  readonly kind: 'postgres' | 'redis';
  /** Adds a job; one of the same id that still waits or runs swallows it. The payload holds ids only. */
  add(queueName: string, jobId: string, payload: Readonly<Record<string, string>>): Promise<void>;
  /** Works on a queue until closed. */
  work(queueName: string, work: (payload: unknown) => Promise<void>, concurrency: number): void;
  /** Stops taking jobs, lets running ones end. */
  close(): Promise<void>;
}

interface Parts {
  makeQueue(name: string): QueuePart;
  makeWorker(name: string, work: (payload: unknown) => Promise<void>, concurrency: number): Closable;
}
interface Closable {
  on(event: 'error', listener: () => void): unknown;
  close(): Promise<unknown>;
}
interface QueuePart extends Closable {
  add(name: string, payload: unknown, options: JobsOptions): Promise<unknown>;
}

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
      new backed.Worker(name, (job: { data: unknown }) => work(job.data), { connection, concurrency }),
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
      new Worker(name, (job) => work(job.data), { connection, concurrency }),
  };
}

function assemble(kind: Messaging['kind'], parts: Parts, end: () => Promise<void>): Messaging {
  const queues = new Map<string, QueuePart>();
  const workers: Closable[] = [];
  const queueOf = (name: string): QueuePart => {
    const queue = queues.get(name) ?? quiet(parts.makeQueue(name));
    queues.set(name, queue);
    return queue;
  };
  return {
    kind,
    add: async (queueName, jobId, payload) => {
      await queueOf(queueName).add(queueName, payload, { ...OPTIONS, jobId });
    },
    work: (queueName, work, concurrency) => {
      workers.push(quiet(parts.makeWorker(queueName, work, concurrency)));
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await end();
    },
  };
}

/** The queue reports broken connections as events; the sweep works on without it. */
function quiet<T extends Closable>(part: T): T {
  part.on('error', () => {});
  return part;
}
