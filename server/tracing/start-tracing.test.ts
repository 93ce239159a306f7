import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runTraced } from './job-channel';
import { startTracing } from './start-tracing';

const attribute = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().optional(), intValue: z.number().optional() }),
});
const span = z.object({
  name: z.string(),
  kind: z.number(),
  traceId: z.string(),
  parentSpanId: z.string().optional(),
  attributes: z.array(attribute),
  status: z.object({ code: z.number().optional() }),
});
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

/** A collector that keeps what it is sent. */
async function openCollector() {
  const received: z.output<typeof exported>[] = [];
  const paths = new Set<string>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      paths.add(request.url ?? '');
      received.push(exported.parse(JSON.parse(Buffer.concat(chunks).toString())));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const url = await listening(server);
  return { url, received, paths, close: () => closed(server) };
}

async function listening(server: http.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
function closed(server: http.Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

test('each request and each job becomes a span that names nobody, and follows the trace of whoever asks', async () => {
  const collector = await openCollector();
  const end = startTracing({
    name: 'ingest',
    endpoint: `${collector.url}/`,
    routeOf: (path) => (path.startsWith('/ping/') ? '/ping/[address]' : 'other'),
  });
  const server = http.createServer((request, response) =>
    response.writeHead(request.url === '/broken' ? 503 : 200).end(),
  );
  const url = await listening(server);
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
  await fetch(`${url}/ping/0198c4f2-secret?rid=1`, { method: 'POST', headers: { traceparent } });
  await fetch(`${url}/broken`);
  await runTraced('sweep', () => Promise.resolve());
  await expect(runTraced('mail', () => Promise.reject(new Error('ana@example.test')))).rejects.toThrow('ana');
  await end();
  await fetch(`${url}/ping/after`);
  await Promise.all([closed(server), collector.close()]);

  const text = JSON.stringify(collector.received);
  expect([...collector.paths]).toEqual(['/v1/traces']);
  expect(text).not.toMatch(/0198c4f2|secret|ana@|127\.0\.0\.1|after/);
  const [first] = collector.received.flatMap(({ resourceSpans }) => resourceSpans);
  expect(first?.resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'holdfast-ingest' },
  });
  const spans = collector.received.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
  const named = (name: string) => spans.find((one) => one.name === name);
  expect(spans.map(({ name }) => name).toSorted()).toEqual([
    'GET other',
    'POST /ping/[address]',
    'job mail',
    'job sweep',
  ]);
  expect(named('POST /ping/[address]')).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7', kind: 2 });
  expect(named('GET other')?.attributes).toContainEqual({
    key: 'http.response.status_code',
    value: { intValue: 503 },
  });
  expect([named('GET other'), named('job mail')].map((one) => one?.status.code)).toEqual([2, 2]);
  expect(named('job sweep')?.status.code ?? 0).toBe(0);
});

test('a collector that is away holds nobody up', async () => {
  const end = startTracing({ name: 'worker', endpoint: 'http://127.0.0.1:65533', routeOf: null });
  await runTraced('sweep', () => Promise.resolve());
  const began = performance.now();
  await end();
  expect(performance.now() - began).toBeLessThan(5000);
});
