import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { requireTool } from '@/test/require-tool';
import { capacityOfFolder, capacityOfRclone, readRcloneAbout } from './capacity';

const AT = new Date('2026-11-24T10:00:00Z');

test('the room of a folder is that of its file system', async () => {
  const capacity = await capacityOfFolder(os.tmpdir(), AT);
  expect(capacity).toMatchObject({ method: 'statfs', quota: null, measured_at: AT.toISOString() });
  expect(capacity?.total).toBeGreaterThan(capacity?.free ?? Infinity);
});

test('a folder that is not there has none', async () => {
  expect(await capacityOfFolder('/nowhere/at/all', AT)).toBeNull();
});

test('a provider may tell only a part, or nothing; unknown is not zero', () => {
  expect(readRcloneAbout('{"used": 5}', AT)).toMatchObject({ total: null, used: 5, free: null });
  expect(readRcloneAbout('{}', AT)).toBeNull();
  expect(readRcloneAbout("Failed to about: doesn't support about", AT)).toBeNull();
});

test.skipIf(!requireTool('rclone'))('a real rclone tells the room of a remote', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-rclone-'));
  const config = path.join(folder, 'rclone.conf');
  fs.writeFileSync(config, `[store]\ntype = alias\nremote = ${folder}\n`);
  const env = { PATH: process.env['PATH'], RCLONE_CONFIG: config };
  expect(await capacityOfRclone('rclone:store:', env, AT)).toMatchObject({ method: 'rclone_about' });
  expect(await capacityOfRclone('rclone:unknown:', env, AT)).toBeNull();
  fs.rmSync(folder, { recursive: true });
});
