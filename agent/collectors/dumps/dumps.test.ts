import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentReport } from '@/contract/report';
import { dumpFolderOf, type DumpFolderSettings } from '@/agent/config/agent-config';
import { NOTHING_LEARNT } from '@/agent/state/memory';
import { installAgent } from '@/agent/testing/agent-program';
import { collectDumps, patternOf, type CollectedDumps } from './collect-dumps';
import { readDump } from './dump-file';

const HOUR_MS = 3_600_000;
const ROWS = Array.from({ length: 2000 }, (_, row) => `INSERT INTO t VALUES (${row});`).join('\n');
const WHOLE = `-- MySQL dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu\n--\n${ROWS}\n-- Dump completed on 2026-11-29  3:00:04\n`;
const CUT = WHOLE.slice(0, -60);
const PG = `--\n-- PostgreSQL database dump\n--\n\n${ROWS}\n--\n-- PostgreSQL database dump complete\n--\n\n`;

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-dumps-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** A file as a job left it some time ago. */
function put(name: string, content: string | Buffer, hoursAgo = 2): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  const at = new Date(Date.now() - hoursAgo * HOUR_MS);
  fs.utimesSync(file, at, at);
  return file;
}

const read = (file: string) => readDump(file, AbortSignal.timeout(10_000));

function collect(
  given: Partial<DumpFolderSettings> = {},
  learnt: CollectedDumps['learnt'] = NOTHING_LEARNT,
): Promise<CollectedDumps> {
  const folders = [dumpFolderOf({ folder, pattern: '*.sql*', ...given })];
  return collectDumps({ folders, env: process.env, memory: learnt, now: new Date() });
}

describe('a dump that is read', () => {
  test.each([
    ['shop.sql', WHOLE, 'whole'],
    ['shop.sql', CUT, 'cut'],
    ['shop.sql', PG, 'whole'],
    ['shop.sql', PG.slice(0, -40), 'cut'],
    ['shop.sql.gz', gzipSync(WHOLE), 'whole'],
    ['shop.sql.gz', gzipSync(CUT), 'cut'],
    ['shop.sql.gz', gzipSync(WHOLE).subarray(0, -20), 'cut'],
    ['shop.sql.gz', Buffer.from('not compressed at all'), 'damaged'],
    ['shop.sql.br', brotliCompressSync(WHOLE), 'whole'],
    ['shop.sql.br', brotliCompressSync(WHOLE).subarray(0, -10), 'cut'],
    ['files.gz', gzipSync('whatever it is'), 'whole'],
    ['own.dump', 'PGDMP and what follows', 'unknown'],
    ['own.dump', '', 'cut'],
  ])('%s is told for what it is (%#)', async (name, content, state) => {
    expect((await read(put(name, content))).state).toBe(state);
  });

  test('with one changed bit in its compressed data is damaged', async () => {
    const packed = gzipSync(WHOLE);
    packed[packed.length >> 1] = (packed[packed.length >> 1] ?? 0) ^ 1;
    expect((await read(put('shop.sql.gz', packed))).state).toMatch(/^(damaged|cut)$/);
  });
});

describe('a folder of dumps', () => {
  test('is a repository whose files are recovery points, newest first', async () => {
    put('shop-1.sql', WHOLE, 26);
    put('shop-2.sql', WHOLE, 2);
    put('notes.txt', 'no dump');
    fs.mkdirSync(path.join(folder, 'old.sql'));
    const { collection } = await collect({ name: 'shop' });
    expect(collection.recovery_points.map(({ tags, state }) => [tags, state])).toEqual([
      [['shop-2.sql'], 'complete'],
      [['shop-1.sql'], 'complete'],
    ]);
    const [repository] = collection.repositories;
    expect(repository).toMatchObject({ tool: 'dumps', location: folder, reachable: true, problem: null });
    expect(repository?.capacity?.total).toBeGreaterThan(0);
    expect(collection.completeFor).toEqual([`recovery_points:${repository?.repository_key}`]);
    expect(collection.verifications).toMatchObject([{ result: 'ok', kind: 'structure' }]);
  });

  test('does not call complete what is cut, damaged, too small or still being written', async () => {
    put('a.sql', CUT, 2);
    expect((await collect()).collection.recovery_points[0]?.state).toBe('incomplete');
    put('b.sql.gz', gzipSync(WHOLE).fill(7, 30, 60), 1.5);
    expect((await collect()).collection.recovery_points[0]?.state).toBe('corrupt');
    put('c.sql', WHOLE, 1);
    expect((await collect({ bytes_min: 10_000_000 })).collection.recovery_points[0]?.state).toBe(
      'incomplete',
    );
    put('d.sql', WHOLE, 0);
    expect((await collect()).collection.recovery_points[0]?.state).toBe('waiting');
  });

  test('does not call complete what it could not read, and what it read before stays known', async () => {
    put('a.sql', WHOLE, 2);
    const hasNoTime = { check_minutes_max: 1e-9 };
    const unread = await collect(hasNoTime);
    expect(unread.collection.recovery_points[0]?.state).toBe('unknown');
    expect(unread.collection.verifications).toEqual([]);
    const { learnt } = await collect({}, unread.learnt);
    const due = Object.fromEntries(Object.keys(learnt.checks).map((key) => [key, new Date(0).toISOString()]));
    const again = await collect(hasNoTime, { ...learnt, checks: due });
    expect(again.collection.recovery_points[0]?.state).toBe('complete');
  });

  test('remembers what it saw of a dump, reads a new one at once and an old one only when it is due', async () => {
    put('a.sql', CUT, 30);
    const first = await collect();
    expect(first.collection.verifications).toMatchObject([{ result: 'problems', damaged: ['a.sql'] }]);
    const second = await collect({}, first.learnt);
    expect(second.collection.verifications).toEqual([]);
    expect(second.collection.recovery_points[0]?.state).toBe('incomplete');
    put('b.sql', WHOLE, 2);
    const third = await collect({}, { ...second.learnt, checks: first.learnt.checks });
    expect(third.collection.recovery_points.map(({ state }) => state)).toEqual(['complete', 'incomplete']);
    expect(third.collection.verifications).toMatchObject([{ result: 'ok' }]);
    const due = Object.fromEntries(
      Object.keys(third.learnt.checks).map((key) => [
        key,
        new Date(Date.now() - 200 * HOUR_MS).toISOString(),
      ]),
    );
    expect((await collect({}, { ...third.learnt, checks: due })).collection.verifications).toHaveLength(1);
  });

  test('is another point where a file is written anew under its name', async () => {
    put('shop.sql', WHOLE, 26);
    const before = (await collect()).collection.recovery_points[0]?.point_key;
    put('shop.sql', WHOLE, 2);
    expect((await collect()).collection.recovery_points[0]?.point_key).not.toBe(before);
  });

  test('that is not there says so, and never that it is empty', async () => {
    const { collection } = await collect({ folder: path.join(folder, 'gone') });
    expect(collection.repositories[0]).toMatchObject({
      reachable: false,
      problem: { code: 'repository_missing' },
    });
    expect(collection.completeFor).toEqual([]);
  });

  test('is told as a report that the contract takes', async () => {
    put('shop.sql.gz', gzipSync(WHOLE));
    const agent = await installAgent();
    const told = await agent.run(['collect', '--tool', 'dumps', '--repo', folder, '--json']);
    agent.remove();
    expect(told.exitCode).toBe(0);
    const report = agentReport.parse(JSON.parse(told.stdout));
    expect(report.recovery_points).toMatchObject([{ state: 'complete', capture: 'database', level: 'full' }]);
  });
});

test.each([
  ['*.sql.gz', 'shop-1.sql.gz', true],
  ['*.sql.gz', 'shop-1.sql', false],
  ['shop-?.sql', 'shop-1.sql', true],
  ['shop-?.sql', 'shop-12.sql', false],
  ['a+b(1).sql', 'a+b(1).sql', true],
  ['a.sql', 'axsql', false],
])('the pattern %s and the name %s', (pattern, name, fits) => {
  expect(patternOf(pattern).test(name)).toBe(fits);
});
