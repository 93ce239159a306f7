import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '@/scripts/ports.mjs';
import { until } from '@/scripts/run-program.mjs';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { beginPosting, refusesConnections } from '@/test/unfinished-request';

// The web process as `npm start` runs it. The build comes first.
const ROOT = path.resolve(import.meta.dirname, '..');
const SERVER = path.join(ROOT, '.next/standalone/server.js');
const TOKEN = 'a-token-of-figures-that-is-long-enough';

let at: TestDatabase;
let url: string;
let child: ChildProcess;
let output = '';

beforeAll(async () => {
  if (!fs.existsSync(SERVER))
    throw new Error('The web pages are not built: run `node scripts/start.mjs build` first.');
  at = await createTestDatabase();
  const port = await freePort(21_500 + 50 * Number(process.env['VITEST_POOL_ID'] ?? 1));
  url = `http://127.0.0.1:${port}`;
  child = spawn(process.execPath, [SERVER], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      HOSTNAME: '127.0.0.1',
      APP_ORIGIN: url,
      NEXTAUTH_URL: url,
      NEXTAUTH_SECRET: randomBytes(32).toString('hex'),
      DATABASE_URL_WEB: at.webUrl,
      HOLDFAST_DEMO: 'off',
      HOLDFAST_METRICS_TOKEN: TOKEN,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const isUp = await until(async () => (await statusOf('/readyz')) === 200, 30_000);
  if (!isUp) throw new Error(`the web process did not start: ${output}`);
});
afterAll(async () => {
  if (child.exitCode === null) child.kill('SIGKILL');
  await at.drop();
});

const statusOf = (asked: string, headers: Record<string, string> = {}): Promise<number | null> =>
  fetch(`${url}${asked}`, { headers }).then(
    ({ status }) => status,
    () => null,
  );

test('it lives, serves, and shows its figures by pattern of route to whoever shows the token', async () => {
  const alive = await fetch(`${url}/healthz`);
  expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }]);
  expect(alive.headers.get('content-security-policy')).toBe(
    "default-src 'none'; frame-ancestors 'none'; sandbox",
  );
  const ready = await fetch(`${url}/api/health`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  await statusOf('/systems/0198c4f2-0000-7000-8000-00000000dead');
  expect([await statusOf('/metrics'), await statusOf('/metrics', { authorization: 'Bearer x' })]).toEqual([
    401, 401,
  ]);
  const figures = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const text = await figures.text();
  expect(figures.headers.get('content-type')).toContain('version=0.0.4');
  expect(text).toMatch(/^holdfast_http_request_seconds_count\{route="\/healthz",status="2xx"\} 1/m);
  expect(text).toMatch(
    /^holdfast_http_request_seconds_count\{route="\/systems\/\[systemId\]",status="3xx"\} 1/m,
  );
  expect(text).toMatch(/^holdfast_build_info\{process="web",version="\d+\.\d+\.\d+",migration="\d{14}_/m);
  expect(text).toMatch(/^holdfast_database_connections\{state="open"\} [1-9]/m);
  expect(text).not.toContain('0198c4f2');
});

test('told to stop it takes nothing new, answers what it had begun to hear, and ends', async () => {
  const request = await beginPosting(`${url}/api/v1/set-up`, { origin: url });
  const hasEnded = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await until(() => refusesConnections(`${url}/healthz`), 5000)).toBe(true);
  expect(child.exitCode).toBeNull();
  expect(await request.finish()).toBe(400);
  expect(await hasEnded).toBe(143);
});
