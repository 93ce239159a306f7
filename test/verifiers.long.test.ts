import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeLargeBundle } from '@/verify/testing/large-bundle';

const EVENTS = 1_000_000;

it.each([
  ['verify.mjs', process.execPath],
  ['verify.py', 'python3'],
])('%s raises no false alarm on a million events', (file, program) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-million-'));
  const key = writeLargeBundle(folder, EVENTS);
  const verifier = path.resolve(import.meta.dirname, '../verify', file);
  const { status, stdout } = spawnSync(program, [verifier, folder, '--key', key], { encoding: 'utf8' });
  expect(stdout).toMatch(/^whole: 1000000 events\n/);
  expect(status).toBe(0);
  fs.rmSync(folder, { recursive: true });
});
