import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { builtFrom } from '../config';

/** Every series of a process (docs/decisions/metrics.md). No label names a tenant, a machine, an id or an address. */
export interface Metrics {
  readonly registry: Registry;
  readonly reports: Counter<'channel' | 'outcome'>;
  readonly reportVerdictSeconds: Histogram;
  readonly httpSeconds: Histogram<'route' | 'status'>;
  readonly jobSeconds: Histogram<'job'>;
  readonly jobFailures: Counter<'job'>;
  readonly queueWaiting: Gauge<'queue'>;
  readonly queueOldestSeconds: Gauge<'queue'>;
  readonly queueFailing: Gauge<'queue'>;
  readonly health: Gauge<'check' | 'state'>;
  readonly lastSeconds: Gauge<'what'>;
  readonly databaseBytes: Gauge;
  readonly diskBytes: Gauge<'kind'>;
}

/** What waits for a connection, and what has one. */
export interface PoolCounts {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

export type ProcessName = 'web' | 'ingest' | 'worker';

const KEY = Symbol.for('holdfast.metrics');
/** Next builds route handlers and what runs at the start into separate modules: all of them count in one place. */
const shared = globalThis as { [KEY]?: Metrics };

/** Counting is cheap and always done; whether somebody may read it is another question. */
export function metrics(): Metrics {
  shared[KEY] ??= makeMetrics();
  return shared[KEY];
}

/**
 * Begins what costs something: to measure the process itself. Once a process, and only where figures are read.
 * @param counts of the process's pool of connections; null: it has none yet
 */
export function measureProcess(name: ProcessName, counts: () => PoolCounts | null): void {
  const { registry } = metrics();
  collectDefaultMetrics({ register: registry });
  const { version, migration } = builtFrom() ?? { version: 'unbuilt', migration: 'unbuilt' };
  const build = new Gauge({
    name: 'holdfast_build_info',
    help: 'What this process was built from; always 1.',
    labelNames: ['process', 'version', 'migration', 'node'],
    registers: [registry],
  });
  build.set({ process: name, version, migration, node: process.version }, 1);
  const connections = new Gauge({
    name: 'holdfast_database_connections',
    help: 'Connections of the pool: open, idle among them, and requests that wait for one.',
    labelNames: ['state'],
    collect: () => {
      const now = counts();
      if (now) for (const [state, count] of Object.entries(now)) connections.set({ state }, Number(count));
    },
    registers: [],
  });
  registry.registerMetric(connections);
}

const REQUEST_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const WORK_SECONDS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300];
const LAG_SECONDS = [0.5, 1, 2, 5, 15, 60, 300, 1800, 7200];

function makeMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <T extends string = string>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge<T>({ name, help, labelNames, registers });
  return {
    registry,
    reports: new Counter({
      name: 'holdfast_reports_total',
      help: 'Reports and messages by the kind of their channel, and what became of them: taken, or why they were refused.',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    reportVerdictSeconds: new Histogram({
      name: 'holdfast_report_verdict_seconds',
      help: 'From the arrival of a report until the verdicts that it concerns were reached.',
      buckets: LAG_SECONDS,
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'holdfast_http_request_seconds',
      help: 'HTTP requests by the pattern of their route and the class of their status.',
      labelNames: ['route', 'status'],
      buckets: REQUEST_SECONDS,
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'holdfast_job_seconds',
      help: 'Runs of the recurring jobs of the worker that went well.',
      labelNames: ['job'],
      buckets: WORK_SECONDS,
      registers,
    }),
    jobFailures: new Counter({
      name: 'holdfast_job_failures_total',
      help: 'Runs of the recurring jobs of the worker that failed; each is tried again.',
      labelNames: ['job'],
      registers,
    }),
    queueWaiting: gauge('holdfast_queue_waiting', 'What waits, over all MSPs.', ['queue']),
    queueOldestSeconds: gauge(
      'holdfast_queue_oldest_seconds',
      'Age of the oldest that waits; 0: none does.',
      ['queue'],
    ),
    queueFailing: gauge('holdfast_queue_failing', 'What waits for another try, since one failed.', ['queue']),
    health: gauge('holdfast_health', 'Checks of the health report by their state now; 1: so it is.', [
      'check',
      'state',
    ]),
    lastSeconds: gauge(
      'holdfast_last_timestamp_seconds',
      'When, since 1970, this was last done: the measuring of these figures, our own backup, its drill.',
      ['what'],
    ),
    databaseBytes: gauge('holdfast_database_bytes', 'Size of the database.'),
    diskBytes: gauge('holdfast_disk_bytes', 'Of the disk with the data folder.', ['kind']),
  };
}
