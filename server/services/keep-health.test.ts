import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReceiver, type Receiver } from '@/server/notify/testing/receiver';
import { judgeOwnHealth } from '@/domain/health/own-health';
import { keepDrill } from '@/scripts/own-backup/last-drill.mjs';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { beat } from '../data/own-outages';
import { openIngestStore } from '../data/ingest-store';
import { readOwnHealth, readQueues } from '../data/own-health';
import { healthReport } from '../health/health-report';
import { log } from '../log';
import { metrics } from '../metrics/metrics';
import { createHealthKeeper, type HealthSettings } from './keep-health';

const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-health-'));
const backupDir = path.join(dataDir, 'backups');
const SETTINGS: HealthSettings = {
  dataDir,
  backupDir,
  backupAt: {},
  appOrigin: 'http://127.0.0.1:3000',
  ingestOrigin: 'http://127.0.0.1:3001',
  documentCertificates: null,
  tsaUrl: null,
  deadmanUrls: [],
  hasWatchdog: false,
};

let cast: ScreenCast;
let worker: Database;
let outside: Receiver;
let ours: CastMsp;
let theirs: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  outside = await openReceiver();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  fs.mkdirSync(path.join(dataDir, 'postgres'));
  fs.mkdirSync(path.join(backupDir, '2026-11-30T02-30-00Z'), { recursive: true });
  fs.mkdirSync(path.join(backupDir, '2026-12-01T02-30-00Z.partial'));
  keepDrill(backupDir, true);
  keepDrill(backupDir, false);
});
afterAll(async () => {
  await Promise.all([worker.close(), outside.close()]);
  await cast.close();
  fs.rmSync(dataDir, { recursive: true });
});

const NOW = new Date('2026-11-30T04:00:00Z');
const keeper = (more: Partial<HealthSettings> = {}, now = NOW) =>
  createHealthKeeper(
    worker,
    { ...SETTINGS, ...more },
    () => now.getTime(),
    () => now,
  );
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

async function hear(at: Date): Promise<void> {
  const store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
  await beat(store, at);
  await store.close();
}

test('what waits of every MSP is added up for whoever runs the installation, and shown to nobody else', async () => {
  await hear(ago(0));
  for (const [msp, minutes] of [
    [ours, 2],
    [theirs, 7],
  ] as const) {
    const agent = await msp.newAgent(`fs-${minutes}`);
    await agent.send({}, ago(minutes), false);
    await cast.rows(
      `INSERT INTO app.mail_outbox (msp_id, mail_id, kind, state, attempts, created_at, next_try_at, give_up_at, problem)
       VALUES ($1, $2, 'evidence-granted', 'waiting', 1, $3, $3, $3, 'unreachable')`,
      [msp.mspId, randomUUID(), ago(minutes * 60)],
    );
  }
  const health = keeper();
  await health.measure();
  const facts = health.latest();
  expect(facts?.queues).toMatchObject({
    reports: { waiting: 2, oldestAt: ago(7).getTime() },
    mail: { waiting: 2, failing: 2, failingSince: ago(7 * 60).getTime() },
    notifications: { waiting: 0, oldestAt: null },
  });
  expect(facts).toMatchObject({
    heardAt: NOW.getTime(),
    backup: {
      kind: 'here',
      takenAt: Date.parse('2026-11-30T02:30:00Z'),
      isPlanned: true,
      isBeside: true,
      drill: { isGood: false, at: expect.any(Number) },
    },
    certificates: [],
  });
  expect(facts?.databaseBytes).toBeGreaterThan(1_000_000);

  const kept = await cast.web.inScope(ours.scope('owner'), (tx) => readOwnHealth(tx));
  expect(kept?.queues?.reports).toEqual({
    oldestAt: ago(7).getTime(),
    failingSince: null,
    waiting: null,
    failing: null,
  });
  expect(kept?.databaseBytes).toBeNull();
  const [row] = await cast.rows('SELECT facts::text FROM app.own_health');
  expect(JSON.stringify(row)).not.toContain(theirs.mspId);
  const own = await cast.web.inScope(ours.scope('owner'), (tx) => readQueues(tx, ours.mspId, NOW));
  expect(own.reports).toMatchObject({ waiting: 1, oldestAt: ago(2).getTime() });
  const others = await cast.web.inScope(ours.scope('owner'), (tx) => readQueues(tx, theirs.mspId, NOW));
  expect(others.reports.waiting).toBe(0);

  const series = await metrics().registry.metrics();
  expect(series).toContain('holdfast_queue_waiting{queue="reports"} 2');
  expect(series).toContain('holdfast_queue_oldest_seconds{queue="reports"} 420');
  expect(series).toContain('holdfast_queue_failing{queue="mail"} 2');
  expect(series).toContain('holdfast_health{check="reports",state="bad"} 1');
  expect(series).toContain(
    `holdfast_last_timestamp_seconds{what="own-backup"} ${Date.parse('2026-11-30T02:30:00Z') / 1000}`,
  );
});

test('the report says what is wrong first, and by its exit whether somebody has to look', async () => {
  const health = keeper();
  await health.measure();
  const { isWell, lines } = healthReport(health.latest(), NOW.getTime());
  expect(isWell).toBe(false);
  expect(lines[0]).toMatch(/^BAD +Reports to be processed +Waiting: 2, the oldest for 7 min\.$/);
  expect(lines.find((line) => line.includes('Drill'))).toMatch(
    /^BAD .*FAILED .* ago: do not rely on that backup\.$/,
  );
  expect(healthReport(null, NOW.getTime()).isWell).toBe(false);
});

test('a monitor outside hears that the chain works, or at /fail what does not', async () => {
  const told = keeper({ deadmanUrls: [outside.url] });
  await told.tell(log('worker')); // nothing was measured yet
  expect(outside.received).toEqual([]);
  await told.measure();
  await told.tell(log('worker'));
  expect(outside.received.map(({ path: at, body }) => [at, body])).toEqual([
    ['/hook/fail', 'Reports to be processed: Waiting: 2, the oldest for 7 min.'],
  ]);
  await Promise.all([ours.work(NOW), theirs.work(NOW)]);
  await told.measure();
  await told.tell(log('worker'));
  expect(outside.received.at(-1)).toMatchObject({ path: '/hook', body: '' });

  outside.status = 500;
  await told.tell(log('worker'));
  outside.status = 200;
  await told.measure();
  const checks = judgeOwnHealth(told.latest(), NOW.getTime());
  expect(checks.find(({ subject }) => subject === 'outside')).toMatchObject({ state: 'warning' });
});

test('once measuring stops, it hears that nobody looks any more; a monitor that is away stops nothing', async () => {
  let now = NOW;
  const nowhere = 'http://127.0.0.1:65533/x';
  const told = createHealthKeeper(
    worker,
    { ...SETTINGS, deadmanUrls: [nowhere, outside.url] },
    () => now.getTime(),
    () => now,
  );
  await told.measure();
  now = new Date(NOW.getTime() + 6 * 60_000);
  await told.tell(log('worker'));
  expect(outside.received.at(-1)).toMatchObject({
    path: '/hook/fail',
    body: expect.stringMatching(/^Worker: Silent for 6 min\./),
  });
});
