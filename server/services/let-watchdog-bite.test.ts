import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openIngestDoor } from '@/ingest/testing/ingest-door';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { measureQueues } from '../data/own-health';
import { WATCHDOG_MSP_ID } from '../data/watchdog';
import { listMspIds, listMspsWithWork } from '../data/work-due';
import { letWatchdogBite } from './let-watchdog-bite';
import { workMsp } from './work-msp';

let cast: ScreenCast;
let worker: Database;
let ours: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  door = await openIngestDoor(cast.at.ingestUrl);
  ours = await cast.newMsp('Quillmark IT');
});
afterAll(async () => {
  await door.close();
  await worker.close();
  await cast.close();
});

/** Works on what waits, as the sweep does, for as long as something is done. */
async function whileWorking<T>(done: Promise<T>): Promise<T> {
  const ending = new AbortController();
  const over = done.finally(() => ending.abort());
  while (!ending.signal.aborted) {
    for (const mspId of await listMspsWithWork(worker, ['inbox', 'evaluation'], new Date(), 50))
      await workMsp(worker, mspId, () => new Date());
    await pause(50);
  }
  return over;
}

const bite = (waitMsMax: number, ingestOrigin = door.url, signal = new AbortController().signal) =>
  letWatchdogBite(worker, { ingestOrigin, waitMsMax, signal }, new Date());
const rows = (what: string) =>
  cast.rows(`SELECT count(*)::int AS count FROM ${what} WHERE msp_id = $1`, [WATCHDOG_MSP_ID]);

test('it fails as it has to, again and again, and each time anew', async () => {
  expect(await whileWorking(bite(20_000))).toBeNull();
  expect(await whileWorking(bite(20_000))).toBeNull();
  const runs = await cast.rows('SELECT status FROM app.run WHERE msp_id = $1 ORDER BY occurred_at', [
    WATCHDOG_MSP_ID,
  ]);
  expect(runs.map(({ status }) => status)).toEqual(['failed', 'success', 'failed']);
  for (const what of ['app.client', 'app.inbound_channel', 'app.system'])
    expect([what, await rows(what)]).toEqual([what, [{ count: 1 }]]);
});

test('what is not taken, stays as it was, or becomes no verdict is told apart', async () => {
  expect(await bite(300, 'http://127.0.0.1:65533')).toBe('not-taken');
  expect(await bite(600)).toBe('not-cleared');
  await cast.rows('UPDATE app.finding SET closed_at = now() WHERE msp_id = $1 AND closed_at IS NULL', [
    WATCHDOG_MSP_ID,
  ]);
  expect(await bite(600)).toBe('no-verdict');
});

test('a worker that is told to stop does not wait for it', async () => {
  const ending = new AbortController();
  const began = performance.now();
  const bitten = bite(60_000, 'http://127.0.0.1:65533', ending.signal);
  ending.abort();
  await bitten;
  expect(performance.now() - began).toBeLessThan(5000);
});

test('it is in no figure of anybody', async () => {
  expect(await listMspIds(worker)).toEqual([ours.mspId]);
  const { reports, verdicts } = await measureQueues(worker, new Date());
  expect([reports.waiting, verdicts.waiting]).toEqual([0, 0]);
  expect(await cast.rows('SELECT 1 FROM identity.membership WHERE msp_id = $1', [WATCHDOG_MSP_ID])).toEqual(
    [],
  );
  const seen = await cast.web.inScope(ours.scope('owner'), (tx) => tx.system.count());
  expect(seen).toBe(0);
});
