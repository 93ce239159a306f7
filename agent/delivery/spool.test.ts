import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentReport } from '@/contract/report';
import { EMPTY_COLLECTION } from '@/agent/report/collection';
import { makeReport, NOBODY_ID } from '@/agent/report/make-report';
import { slowTest } from '@/test/slow-test';
import { fitReport } from './fit-report';
import { listSpool, openSpool, readSpooled, removeSpooled, sha256, spoolReport, type Spool } from './spool';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LIMITS = { size_mb_max: 500, reports_max: 50_000 };

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-spool-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const open = (limits = LIMITS): Spool =>
  openSpool(path.join(folder, 'state'), path.join(folder, 'spool'), limits);
const emptyReport = () =>
  makeReport(
    EMPTY_COLLECTION,
    null,
    { id: NOBODY_ID, name: 'test', clockOffsetMilliseconds: null },
    new Date(),
  );

async function reportsOf(spool: Spool) {
  const waiting = await listSpool(spool);
  return waiting.map((one) => {
    const bytes = readSpooled(spool, one) ?? Buffer.alloc(0);
    return { ...one, bytes, report: agentReport.parse(JSON.parse(gunzipSync(bytes).toString('utf8'))) };
  });
}

const point = (index: number) => ({
  point_key: sha256(Buffer.from(String(index))),
  repository_key: 'r',
  taken_at: new Date(index * 1000).toISOString(),
  state: 'complete',
  source_paths: Array.from({ length: 8 }, (_, at) => sha256(Buffer.from(`${index}/${at}`))),
});

describe('the spool', () => {
  test('numbers reports from 1 in one epoch, each naming the bytes before it', async () => {
    const spool = open();
    for (let index = 0; index < 3; index += 1) await spoolReport(spool, emptyReport());
    const reports = await reportsOf(open());
    expect(reports.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(new Set(reports.map(({ epoch }) => epoch)).size).toBe(1);
    expect(reports.map(({ report }) => report.previous_report_sha256)).toEqual([
      null,
      ...reports.slice(0, 2).map(({ bytes }) => sha256(bytes)),
    ]);
  });

  test('goes on counting when all reports were delivered', async () => {
    const spool = open();
    removeSpooled(spool, await spoolReport(spool, emptyReport()));
    expect((await spoolReport(spool, emptyReport())).sequence).toBe(2);
  });

  test('never uses a number twice when the state was not written in time, even if the report is gone by then', async () => {
    const spool = open();
    await spoolReport(spool, emptyReport());
    const before = fs.readFileSync(path.join(spool.stateDir, 'stream.json'));
    await spoolReport(spool, emptyReport());
    fs.writeFileSync(path.join(spool.stateDir, 'stream.json'), before);
    for (const report of await listSpool(spool)) removeSpooled(spool, report);
    expect((await spoolReport(spool, emptyReport())).sequence).toBe(3);
  });

  test('starts a new epoch when its state is lost', async () => {
    const spool = open();
    const first = await spoolReport(spool, emptyReport());
    fs.rmSync(path.join(spool.stateDir, 'stream.json'));
    const second = await spoolReport(spool, emptyReport());
    expect(second.epoch).not.toBe(first.epoch);
    expect((await listSpool(spool)).map(({ epoch }) => epoch)).toEqual([first.epoch, second.epoch]);
  });

  test('drops the oldest when it is full, and the next report says how many', async () => {
    const spool = open({ ...LIMITS, reports_max: 2 });
    for (let index = 0; index < 3; index += 1) await spoolReport(spool, emptyReport());
    const reports = await reportsOf(spool);
    expect(reports.map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(reports[1]?.report.problems).toMatchObject([{ code: 'spool_overflow', severity: 'critical' }]);
  });

  test('is readable by its owner alone', async () => {
    const spool = open();
    const { file } = await spoolReport(spool, emptyReport());
    expect(fs.statSync(path.join(spool.spoolDir, file)).mode & 0o077).toBe(0);
    expect(fs.statSync(spool.spoolDir).mode & 0o077).toBe(0);
  });

  test('takes over the lock of a process that died', async () => {
    const spool = open();
    fs.writeFileSync(path.join(spool.stateDir, 'spool.lock'), '999999999 -');
    expect((await spoolReport(spool, emptyReport())).sequence).toBe(1);
  });

  test('keeps a listing that is too long within the size of a delivery, and no longer calls it whole', () => {
    const report = {
      ...emptyReport(),
      scope: { complete_for: ['recovery_points:r'] },
      recovery_points: agentReport.shape.recovery_points.parse(
        Array.from({ length: 9000 }, (_, index) => point(index)),
      ),
    };
    const place = { epoch: NOBODY_ID, sequence: 1, previous_report_sha256: null };
    const fitted = JSON.parse(
      fitReport((candidate) => agentReport.parse({ ...candidate, ...place }), report),
    ) as typeof report;
    expect(fitted.recovery_points.length).toBeGreaterThan(1000);
    expect(fitted.recovery_points[0]?.taken_at).toBe(new Date(8_999_000).toISOString());
    expect(fitted.scope.complete_for).toEqual([]);
    expect(fitted.problems).toMatchObject([{ code: 'listing_truncated' }]);
  });

  slowTest(
    'survives kill -9 at any moment, with two processes at once: no number lost, none twice',
    async () => {
      const program = path.join(folder, 'spool-forever.mjs');
      await build({
        absWorkingDir: ROOT,
        entryPoints: ['agent/testing/spool-forever.ts'],
        outfile: program,
        bundle: true,
        platform: 'node',
        format: 'esm',
        alias: { '@': ROOT },
      });
      const announced: string[] = [];
      for (let round = 0; round < 15; round += 1)
        await Promise.all([killAfter(program, 1 + (round % 4), announced), killAfter(program, 2, announced)]);
      const spool = open();
      await spoolReport(spool, emptyReport());
      const reports = await reportsOf(spool);
      expect(new Set(announced).size).toBe(announced.length);
      expect(reports.map(({ epoch, sequence }) => `${epoch} ${sequence}`)).toEqual(
        expect.arrayContaining(announced),
      );
      expect(reports.map(({ sequence }) => sequence)).toEqual(reports.map((_, index) => index + 1));
      expect(reports.slice(1).map(({ report }) => report.previous_report_sha256)).toEqual(
        reports.slice(0, -1).map(({ bytes }) => sha256(bytes)),
      );
    },
  );
});

/** Kills it in the middle of the report that follows so many announced ones. */
async function killAfter(program: string, lines: number, announced: string[]): Promise<void> {
  const child: ChildProcess = spawn(
    process.execPath,
    [program, path.join(folder, 'state'), path.join(folder, 'spool')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  let count = 0;
  if (!child.stdout) throw new Error('no stdout');
  const reader = readline.createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    announced.push(line);
    count += 1;
    if (count === lines) setTimeout(() => child.kill('SIGKILL'), Math.random() * 4);
  });
  await ended;
}
