import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TRIED_WAYS } from '@/domain/connect/ways';
import { tryWayIn } from '@/server/services/try-way-in';
import { openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { openIngestDoor } from './testing/ingest-door';

let cast: ScreenCast;
let door: Awaited<ReturnType<typeof openIngestDoor>>;
let proxy: Server;

beforeAll(async () => {
  cast = await openScreenCast();
  door = await openIngestDoor(cast.at.ingestUrl);
  proxy = createServer((_, response) => response.writeHead(404).end('<h1>404 Not Found</h1>'));
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(async () => {
  proxy.close();
  await door.close();
  await cast.close();
});

const proxyUrl = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

test.each(TRIED_WAYS)('%s is reached over the wire, and nothing is kept of it', async (way) => {
  expect(await tryWayIn(door.url, way)).toMatchObject({ way, outcome: 'reached' });
  expect(await cast.rows('SELECT 1 FROM app.raw_report')).toEqual([]);
});

test.each(TRIED_WAYS)('%s is not reached where something else answers, or nobody', async (way) => {
  expect(await tryWayIn(proxyUrl(), way)).toMatchObject({ outcome: 'other', httpStatus: 404 });
  expect(await tryWayIn('http://127.0.0.1:9', way)).toMatchObject({
    outcome: 'unreachable',
    httpStatus: null,
  });
});
