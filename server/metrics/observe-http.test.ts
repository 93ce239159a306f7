import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { metrics } from './metrics';
import { observeHttp } from './observe-http';
import { webRoutes } from './web-routes';

const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-routes-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('requests are measured by the pattern of their route, and never by what stands in their path', async () => {
  mkdirSync(path.join(folder, '.next'), { recursive: true });
  writeFileSync(
    path.join(folder, '.next/routes-manifest.json'),
    JSON.stringify({
      staticRoutes: [{ page: '/fleet', regex: '^/fleet(?:/)?$' }],
      dynamicRoutes: [{ page: '/things/[thingId]', regex: '^/things/([^/]+?)(?:/)?$' }],
    }),
  );
  const stop = observeHttp(webRoutes(folder));
  const server = http.createServer((request, response) => {
    response.writeHead(request.url?.startsWith('/things') ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const asked of [
    '/things/0198c4f2?secret=1',
    '/things/0298c4f2',
    '/fleet',
    '/wp-login.php',
    '/_next/a.js',
  ])
    await fetch(`http://127.0.0.1:${port}${asked}`);
  stop();
  await fetch(`http://127.0.0.1:${port}/things/unseen`);
  await new Promise((resolve) => server.close(resolve));
  const text = await metrics().registry.getSingleMetricAsString('holdfast_http_request_seconds');
  const counted = [...text.matchAll(/_count\{route="([^"]+)",status="(\dxx)"\} (\d+)/g)].map((found) =>
    found.slice(1).join(' '),
  );
  expect(counted).toEqual(
    expect.arrayContaining(['/things/[thingId] 2xx 2', '/fleet 4xx 1', 'other 4xx 1', '/_next 4xx 1']),
  );
  expect(text).not.toMatch(/98c4f2|secret|wp-login/);
});

test('without a build every path is of one pattern', () => {
  expect(webRoutes(path.join(folder, 'none'))('/things/1')).toBe('other');
});
