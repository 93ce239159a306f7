import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EMPTY_COLLECTION } from '@/agent/report/collection';
import { makeReport, NOBODY_ID } from '@/agent/report/make-report';
import type { Enrolment } from '@/agent/state/enrolment';
import {
  answerFor,
  sendJson,
  sendProblem,
  startFakeIngest,
  store,
  type Answer,
  type FakeIngest,
} from '@/agent/testing/fake-ingest';
import { deliver, type DeliveryResult } from './deliver';
import { backOffSeconds, readDeliveryState, retryAfterSeconds } from './delivery-state';
import { listRefused, listSpool, openSpool, requeueRefused, spoolReport, type Spool } from './spool';

let folder: string;
let ingest: FakeIngest;
let spool: Spool;
let enrolment: Enrolment;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-deliver-'));
  ingest = await startFakeIngest();
  spool = openSpool(path.join(folder, 'state'), path.join(folder, 'spool'), {
    size_mb_max: 500,
    reports_max: 50_000,
  });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  ingest.publicKey = publicKey;
  enrolment = {
    agent_id: NOBODY_ID,
    agent_name: 'test',
    msp_name: 'An MSP',
    client_name: null,
    url: ingest.url,
    ingest_url: ingest.url,
    server_public_key: '',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    enrolled_at: new Date().toISOString(),
  };
});
afterEach(async () => {
  await ingest.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function spoolSome(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await spoolReport(
      spool,
      makeReport(
        EMPTY_COLLECTION,
        null,
        { id: NOBODY_ID, name: 'test', clockOffsetMilliseconds: null },
        new Date(),
      ),
    );
}

const tryNow = (isImpatient = true): Promise<DeliveryResult> =>
  deliver({ enrolment, spool, isImpatient, timeLimitSeconds: 2 });
const waitingCount = async (): Promise<number> => (await listSpool(spool)).length;

describe('delivery', () => {
  test('goes oldest first, signed anew, and lets go of what the server names as kept', async () => {
    await spoolSome(3);
    const outcomes = ['stored', 'duplicate', 'quarantined'];
    ingest.answer = (received, response) =>
      sendJson(response, 200, answerFor(received, outcomes[received.sequence - 1]));
    expect(await tryNow()).toMatchObject({
      deliveredCount: 3,
      quarantinedCount: 1,
      leftCount: 0,
      stoppedBecause: null,
    });
    expect(ingest.received.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(ingest.received.every(({ isSignatureGood }) => isSignatureGood)).toBe(true);
    expect(ingest.received.every(({ report, sequence }) => report.sequence === sequence)).toBe(true);
  });

  const NOT_A_RECEIPT: ReadonlyArray<readonly [string, Answer]> = [
    [
      'a sign-in page of the network',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'),
    ],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/login' }).end()],
    ['an empty 202', (_, response) => response.writeHead(202).end()],
    ['404 of something else', (_, response) => response.writeHead(404).end('not found')],
    [
      '400 of a proxy',
      (_, response) => response.writeHead(400, { 'content-type': 'text/html' }).end('<h1>Bad request</h1>'),
    ],
    ['403 of a proxy', (_, response) => response.writeHead(403).end('blocked')],
    ['500', (_, response) => response.writeHead(500).end()],
    ['502 with a page', (_, response) => response.writeHead(502).end('bad gateway')],
    ['a lost answer', (_, _response, request) => request.socket.destroy()],
    [
      'an answer cut in the middle',
      (received, response, request) => {
        response.writeHead(202, { 'content-type': 'application/json', 'content-length': '500' });
        response.write(JSON.stringify(answerFor(received)).slice(0, 40), () => request.socket.destroy());
      },
    ],
    ['no answer in time', () => {}],
    [
      'an answer for another sequence',
      (received, response) =>
        sendJson(response, 202, { ...answerFor(received), sequence: received.sequence + 1 }),
    ],
    [
      'an answer for another epoch',
      (received, response) => sendJson(response, 202, { ...answerFor(received), epoch: NOBODY_ID }),
    ],
    [
      'an answer for other bytes',
      (received, response) =>
        sendJson(response, 202, { ...answerFor(received), body_sha256: '0'.repeat(64) }),
    ],
    ['an unknown outcome', (received, response) => sendJson(response, 202, answerFor(received, 'accepted'))],
    [
      'a kept-looking body with an error status',
      (received, response) => sendJson(response, 500, answerFor(received)),
    ],
    ['a refused key', (_, response) => sendProblem(response, 401, 'unknown_agent')],
    ['a revoked key', (_, response) => sendProblem(response, 403, 'revoked')],
  ];

  test.each(NOT_A_RECEIPT)(
    'keeps the report after %s, and delivers the same bytes later',
    async (_name, answer) => {
      await spoolSome(1);
      ingest.answer = answer;
      const failed = await tryNow();
      expect(failed).toMatchObject({ deliveredCount: 0, leftCount: 1 });
      expect(failed.stoppedBecause).not.toBeNull();
      ingest.answer = store;
      expect(await tryNow()).toMatchObject({ deliveredCount: 1, leftCount: 0 });
      const [first, last] = [ingest.received[0], ingest.received.at(-1)];
      expect(last?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
    },
  );

  test('says that the machine is not accepted, and keeps everything', async () => {
    await spoolSome(2);
    ingest.answer = (_, response) => sendProblem(response, 401, 'unknown_agent');
    expect(await tryNow()).toMatchObject({ isUnauthorised: true, leftCount: 2 });
    expect(ingest.received).toHaveLength(1);
  });

  test.each([429, 503])(
    'waits as long as %i with Retry-After asks, also in the next process',
    async (status) => {
      await spoolSome(2);
      ingest.answer = (_, response) => response.writeHead(status, { 'retry-after': '120' }).end();
      const before = Date.now();
      expect(await tryNow()).toMatchObject({ leftCount: 2 });
      const nextTryAt = Date.parse(readDeliveryState(spool.stateDir).next_try_at ?? '');
      expect(nextTryAt - before).toBeGreaterThanOrEqual(120_000);
      expect(nextTryAt - before).toBeLessThan(140_000);
      ingest.answer = store;
      expect(await tryNow(false)).toMatchObject({ deliveredCount: 0, leftCount: 2 });
      expect(ingest.received).toHaveLength(1);
      expect(await tryNow()).toMatchObject({ deliveredCount: 2, leftCount: 0 });
    },
  );

  test.each([
    ['a year ahead when it failed', 365 * 86_400_000],
    ['set back an hour since', 3_600_000],
  ])('tries at once when the clock was %s', async (_name, aheadMilliseconds) => {
    await spoolSome(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMilliseconds });
    ingest.answer = (_, response) => response.writeHead(503, { 'retry-after': '1800' }).end();
    await tryNow(false);
    vi.useRealTimers();
    ingest.answer = store;
    expect(await tryNow(false)).toMatchObject({ deliveredCount: 1 });
  });

  test('reads the date in Retry-After by the clock of the server, since ours may be wrong', async () => {
    await spoolSome(1);
    const serverAt = Date.now() - 40 * 86_400_000;
    ingest.answer = (_, response) =>
      response
        .writeHead(429, {
          date: new Date(serverAt).toUTCString(),
          'retry-after': new Date(serverAt + 600_000).toUTCString(),
        })
        .end();
    const before = Date.now();
    await tryNow();
    const nextTryAt = Date.parse(readDeliveryState(spool.stateDir).next_try_at ?? '');
    expect(nextTryAt - before).toBeGreaterThanOrEqual(590_000);
    expect(nextTryAt - before).toBeLessThan(670_000);
  });

  test('gives up in time when no answer comes, also after Node has cleaned up its memory', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    await spoolSome(1);
    ingest.answer = () => collectGarbage();
    const stop = new AbortController().signal;
    expect(await deliver({ enrolment, spool, isImpatient: true, timeLimitSeconds: 1, stop })).toMatchObject({
      leftCount: 1,
      stoppedBecause: 'no answer within the time limit',
    });
  });

  test('told to stop, it lets go of what is under way and keeps the reports', async () => {
    await spoolSome(2);
    const stop = new AbortController();
    ingest.answer = () => stop.abort();
    const request = { enrolment, spool, isImpatient: true, timeLimitSeconds: 60, stop: stop.signal };
    expect(await deliver(request)).toMatchObject({ deliveredCount: 0, leftCount: 2 });
    expect(await deliver(request)).toMatchObject({ deliveredCount: 0, leftCount: 2 });
    expect(ingest.received).toHaveLength(1);
  });

  test('backs off longer with every failure in a row, and forgets them with a success', async () => {
    await spoolSome(1);
    ingest.answer = (_, response) => response.writeHead(500).end();
    for (let failure = 1; failure <= 3; failure += 1) await tryNow();
    expect(readDeliveryState(spool.stateDir).failures).toBe(3);
    ingest.answer = store;
    await tryNow();
    expect(readDeliveryState(spool.stateDir)).toMatchObject({
      failures: 0,
      next_try_at: null,
      last_problem: null,
    });
  });

  test('a report that the server refuses blocks no other, and is set aside after three tries, never deleted', async () => {
    await spoolSome(3);
    ingest.answer = (received, response, request) =>
      received.sequence === 1 ? sendProblem(response, 422, 'unreadable') : store(received, response, request);
    expect(await tryNow()).toMatchObject({ deliveredCount: 2, leftCount: 1 });
    expect(await tryNow()).toMatchObject({ leftCount: 1, setAsideCount: 0 });
    expect(await tryNow()).toMatchObject({ leftCount: 0, setAsideCount: 1 });
    expect(listRefused(spool)).toMatchObject([
      { sequence: 1, reason: expect.stringContaining('422') as string },
    ]);
    expect(requeueRefused(spool)).toBe(1);
    ingest.answer = store;
    expect(await tryNow()).toMatchObject({ deliveredCount: 1, leftCount: 0 });
    expect(listRefused(spool)).toEqual([]);
  });

  test('a machine that was set back gets a new epoch, and its report goes out under it', async () => {
    await spoolSome(1);
    const [old] = await listSpool(spool);
    ingest.answer = (received, response, request) =>
      received.epoch === old?.epoch
        ? sendProblem(response, 409, 'sequence_reused')
        : store(received, response, request);
    expect(await tryNow()).toMatchObject({ deliveredCount: 1, leftCount: 0 });
    expect(ingest.received.at(-1)).toMatchObject({
      sequence: 1,
      report: { report_id: ingest.received[0]?.report.report_id },
    });
    expect(ingest.received.at(-1)?.epoch).not.toBe(old?.epoch);
  });

  test('all reports of a machine that was set back go out under one new epoch', async () => {
    await spoolSome(3);
    const [old] = await listSpool(spool);
    ingest.answer = (received, response, request) =>
      received.epoch === old?.epoch
        ? sendProblem(response, 409, 'sequence_reused')
        : store(received, response, request);
    expect(await tryNow()).toMatchObject({ deliveredCount: 3, leftCount: 0 });
    const anew = ingest.received.filter(({ epoch }) => epoch !== old?.epoch);
    expect(anew.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(new Set(anew.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test('two processes at once deliver each report once', async () => {
    await spoolSome(5);
    const results = await Promise.all([tryNow(), tryNow()]);
    expect(results.map(({ deliveredCount }) => deliveredCount)).toEqual(expect.arrayContaining([0, 5]));
    expect(ingest.received).toHaveLength(5);
    expect(await waitingCount()).toBe(0);
  });

  test('keeps the report when nobody listens', async () => {
    await spoolSome(1);
    await ingest.close();
    expect(await tryNow()).toMatchObject({
      leftCount: 1,
      stoppedBecause: expect.stringContaining('ECONNREFUSED') as string,
    });
    ingest = await startFakeIngest();
  });
});

describe('waiting', () => {
  test('doubles from 5 seconds to 15 minutes, between half and the whole by chance', () => {
    expect([1, 2, 3].map((failures) => backOffSeconds(failures, 1))).toEqual([5, 10, 20]);
    expect(backOffSeconds(1, 0)).toBe(2.5);
    expect(backOffSeconds(1000, 1)).toBe(900);
  });

  test('reads Retry-After as seconds and as a date, never longer than a day', () => {
    const now = new Date('2026-11-24T10:00:00Z');
    expect(retryAfterSeconds('30', now)).toBe(30);
    expect(retryAfterSeconds('Tue, 24 Nov 2026 10:01:00 GMT', now)).toBe(60);
    expect(retryAfterSeconds('99999999', now)).toBe(86_400);
    expect(retryAfterSeconds('soon', now)).toBeNull();
    expect(retryAfterSeconds(null, now)).toBeNull();
  });
});
