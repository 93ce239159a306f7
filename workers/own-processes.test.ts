import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@/scripts/run-program.mjs';
import { askHealth } from '@/scripts/show-health.mjs';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { type ServerProcess, startServerProcess } from '@/test/server-process';
import { beginPosting, refusesConnections } from '@/test/unfinished-request';

const TOKEN = 'a-token-of-figures-that-is-long-enough';
const FIGURES = { HOLDFAST_METRICS_TOKEN: TOKEN };

let at: TestDatabase;
let ingest: ServerProcess;
let worker: ServerProcess;
let collector: http.Server;
/** What the collector of traces was asked, with what. */
const traced: string[] = [];

beforeAll(async () => {
  at = await createTestDatabase();
  collector = http.createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => traced.push(`${request.url} ${text}`));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  [ingest, worker] = await Promise.all([
    startServerProcess('ingest', at, { ...FIGURES, ...traces }),
    startServerProcess('worker', at, FIGURES),
  ]);
});
afterAll(async () => {
  await Promise.all([ingest.stop(), worker.stop()]);
  collector.closeAllConnections();
  collector.close();
  await at.drop();
});

const read = async (url: string, token?: string) => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(url, { headers });
  return { status: answer.status, text: await answer.text() };
};

test('each says what it was built from, and its figures to whoever shows the token alone', async () => {
  for (const [name, { url }] of [
    ['ingest', ingest],
    ['worker', worker],
  ] as const) {
    expect((await read(`${url}/metrics`)).status).toBe(401);
    const { status, text } = await read(`${url}/metrics`, TOKEN);
    expect(status).toBe(200);
    expect(text).toMatch(
      new RegExp(
        `^holdfast_build_info\\{process="${name}",version="\\d+\\.\\d+\\.\\d+",migration="\\d{14}_\\w+"`,
        'm',
      ),
    );
    expect(text).toMatch(/^holdfast_database_connections\{state="open"\} [1-9]/m);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  }
  const { text } = await read(`${worker.url}/metrics`, TOKEN);
  expect(text).toMatch(/^holdfast_job_seconds_count\{job="sweep"\} [1-9]/m);
  expect(await read(`${ingest.url}/metrics`, TOKEN)).toMatchObject({
    text: expect.stringMatching(
      /^holdfast_http_request_seconds_count\{route="\/readyz",status="2xx"\} [1-9]/m,
    ),
  });
});

test('the worker reports how everything stands, and the command adds who does not answer', async () => {
  expect(await read(`${worker.url}/healthz`)).toEqual({ status: 200, text: '{"status":"alive"}' });
  expect(await read(`${worker.url}/readyz`)).toEqual({ status: 200, text: '{"status":"ready"}' });
  expect((await read(`${worker.url}/else`)).status).toBe(404);
  expect(await until(async () => !(await read(`${worker.url}/report`)).text.includes('never'), 5000)).toBe(
    true,
  );
  const { text } = await read(`${worker.url}/report`);
  expect(text).toMatch(/^GOOD +Reports to be processed +Nothing waits\.$/m);
  expect(text).toMatch(/^NOT WATCHED +Monitor outside /m);
  const { isWell, lines } = await askHealth({
    web: 'http://127.0.0.1:65533',
    ingest: ingest.url,
    worker: worker.url,
  });
  expect(isWell).toBe(false);
  expect(lines[0]).toBe(
    'BAD         the process "web"                         Does not answer at http://127.0.0.1:65533 (ECONNREFUSED).',
  );
  expect(lines[1]).toMatch(/^GOOD +the process "ingest" +Serves\.$/);
});

test('ingestion that is told to stop takes nothing new, answers what it had begun to hear, and ends well', async () => {
  const request = await beginPosting(`${ingest.url}/v1/reports`);
  process.kill(ingest.pid, 'SIGTERM');
  expect(await until(() => refusesConnections(`${ingest.url}/healthz`), 5000)).toBe(true);
  await pause(50);
  expect(ingest.isAlive()).toBe(true);
  expect(await request.finish()).toBe(400);
  expect(await ingest.stop()).toBe(0);
  expect(ingest.isAlive()).toBe(false);
  expect(traced.join('')).toMatch(/^\/v1\/traces .*"POST \/v1\/reports"/);
});

test('a worker that is told to stop says so until it ends, and ends well', async () => {
  process.kill(worker.pid, 'SIGTERM');
  const words: string[] = [];
  await until(async () => {
    words.push(
      await read(`${worker.url}/readyz`).then(
        ({ text }) => text,
        () => 'gone',
      ),
    );
    return words.at(-1) === 'gone';
  }, 10_000);
  // it may be asked before the signal has come to it
  const since = words.slice(words.findIndex((word) => !word.includes('"ready"')));
  expect(since.filter((word) => word.includes('"ready"'))).toEqual([]);
  expect(since.at(-1)).toBe('gone');
  expect(await worker.stop()).toBe(0);
});
