import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { Pool } from 'pg';
import {
  makeAgent,
  makeTenant,
  headersOf,
  reportDelivery,
  reportOf,
  type SampleAgent,
} from '@/ingest/testing/sample-agent';
import type { RawDelivery } from '@/server/services/verify-delivery';
import { converse, type Manners } from './converse';

/**
 * Ingestion against raw single-row commits, alternating within one run on one Postgres; medians and their ratio, then the
 * latency of answers at 300 reports a second. Needs a migrated database: BENCH_OWNER_URL, BENCH_INGEST_URL,
 * HOLDFAST_CONTEXT_KEY, and the bundled ingestion process in BENCH_INGEST_PROGRAM.
 */
const PORT = 3169;
const CLIENTS = 256;
const TENANTS = 4;
const ROUNDS = 5;
const ROUND_MS = 3000;
const REPORTS: Manners = {
  port: PORT,
  isWhole: (received) => received.endsWith('}'),
  good: 'HTTP/1.1 202',
};

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

const ownerUrl = environment('BENCH_OWNER_URL');
const ingestUrl = environment('BENCH_INGEST_URL');

async function main(): Promise<void> {
  const ingest = await startIngest();
  try {
    const agents = await makeAgents(1000);
    const raw: number[] = [];
    const signed: number[] = [];
    await signedRate(agents, 1000); // warm
    for (let round = 0; round < ROUNDS; round++) {
      raw.push(await rawRate());
      signed.push(await signedRate(agents, ROUND_MS));
    }
    const ratio = median(signed) / median(raw);
    console.log(
      `raw single-row commits   ${median(raw).toFixed(0)}/s   (${raw.map((n) => n.toFixed(0)).join(', ')})`,
    );
    console.log(
      `signed single reports    ${median(signed).toFixed(0)}/s   (${signed.map((n) => n.toFixed(0)).join(', ')})`,
    );
    console.log(`ratio                    ${ratio.toFixed(2)}   (goal: at least 0.5)`);
    const latencies = await paced(agents, 300, 20_000);
    console.log(
      `at 300/s                 p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms, most ${percentile(latencies, 1).toFixed(1)} ms   (goal: p99 under 250 ms)`,
    );
  } finally {
    ingest.kill('SIGTERM');
  }
}

async function startIngest(): Promise<ChildProcess> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const child = fork(environment('BENCH_INGEST_PROGRAM'), {
    env: {
      ...process.env,
      DATABASE_URL_INGEST: ingestUrl,
      HOLDFAST_INGEST_PORT: String(PORT),
      // The system's own process has that of the mails.
      HOLDFAST_SMTP_PORT: '',
      HOLDFAST_SIGNING_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      LOG_LEVEL: 'error',
    },
  });
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await fetch(`http://127.0.0.1:${PORT}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return child;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the ingestion process does not answer');
}

async function makeAgents(count: number): Promise<SampleAgent[]> {
  const agents: SampleAgent[] = [];
  for (let tenants = 0; tenants < TENANTS; tenants++) {
    const tenant = await makeTenant(ownerUrl, `Bench ${randomUUID()}`);
    for (let index = 0; index < count / TENANTS; index++)
      agents.push(await makeAgent(ownerUrl, tenant, `bench-${index}`));
  }
  return agents;
}

/** One row a transaction, as many connections as ingestion uses. */
async function rawRate(): Promise<number> {
  const pool = new Pool({ connectionString: ownerUrl, max: 8 });
  await pool.query('CREATE TABLE IF NOT EXISTS public.bench (id uuid PRIMARY KEY, body bytea)');
  const body = Buffer.from(JSON.stringify({ report: 'x'.repeat(600) }));
  const until = performance.now() + ROUND_MS;
  let count = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      await pool.query('INSERT INTO public.bench VALUES ($1, $2)', [randomUUID(), body]);
      count++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
  await pool.end();
  return (count / ROUND_MS) * 1000;
}

const sequences = new Map<string, number>();
/** Deliveries are signed before the clock runs: in life each machine signs its own. */
function nextDelivery(agent: SampleAgent): RawDelivery {
  const sequence = (sequences.get(agent.agentId) ?? 0) + 1;
  sequences.set(agent.agentId, sequence);
  return reportDelivery(agent, reportOf(agent, sequence));
}

/** Requests are written whole to plain sockets, so that the client costs little of the cores it shares with the server. */
async function signedRate(agents: readonly SampleAgent[], durationMs: number): Promise<number> {
  const requests = Array.from({ length: Math.ceil(durationMs * 7) }, (_, index) => {
    const agent = agents[index % agents.length];
    if (!agent) throw new Error('no agents');
    return toBytes(nextDelivery(agent));
  });
  const from = performance.now();
  let next = 0;
  let count = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, () =>
      converse(REPORTS, () => {
        if (performance.now() - from >= durationMs) return null;
        count++;
        return requests[next++] ?? null;
      }),
    ),
  );
  return (count / (performance.now() - from)) * 1000;
}

function toBytes(delivery: RawDelivery): Buffer {
  const headers = {
    ...headersOf(delivery),
    host: '127.0.0.1',
    'content-length': String(delivery.body.length),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST /v1/reports HTTP/1.1\r\n${lines.join('')}\r\n`), delivery.body]);
}

async function paced(
  agents: readonly SampleAgent[],
  perSecond: number,
  durationMs: number,
): Promise<number[]> {
  const connections = new http.Agent({ keepAlive: true, maxSockets: 200 });
  const latencies: Promise<number>[] = [];
  const from = performance.now();
  for (let index = 0; index < (perSecond * durationMs) / 1000; index++) {
    const dueIn = from + (index * 1000) / perSecond - performance.now();
    if (dueIn > 1) await new Promise((resolve) => setTimeout(resolve, dueIn));
    const agent = agents[index % agents.length];
    if (!agent) continue;
    const delivery = nextDelivery(agent);
    const sentAt = performance.now();
    latencies.push(deliver(delivery, connections).then(() => performance.now() - sentAt));
  }
  const done = await Promise.all(latencies);
  connections.destroy();
  return done;
}

function deliver(delivery: RawDelivery, connections: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...headersOf(delivery), 'content-length': String(delivery.body.length) };
    const request = http.request(
      { port: PORT, host: '127.0.0.1', path: '/v1/reports', method: 'POST', headers, agent: connections },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 202 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
        );
      },
    );
    request.on('error', reject);
    request.end(delivery.body);
  });
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

await main();
