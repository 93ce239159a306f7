import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holderOf, tryLock, unlock, withLock } from './lock.mjs';
import { runProgram } from './run-program.mjs';

let dir: string;
let file: string;

beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-lock-'));
  file = path.join(dir, 'lock');
});

afterEach(() => fs.rmSync(dir, { recursive: true }));

describe('a lock file', () => {
  it('names its holder until it is given back', () => {
    expect(tryLock(file)).toBe(true);
    expect(holderOf(file)).toBe(process.pid);
    unlock(file);
    expect(holderOf(file)).toBeNull();
  });

  it('is not taken from a living process', () => {
    fs.writeFileSync(file, String(process.ppid));
    expect(tryLock(file)).toBe(false);
    unlock(file);
    expect(holderOf(file)).toBe(process.ppid);
  });

  it('is taken from a dead one', async () => {
    const { output } = await runProgram(process.execPath, ['-p', 'process.pid']);
    fs.writeFileSync(file, output.trim());
    expect(await withLock(file, () => Promise.resolve('done'), 5_000)).toBe('done');
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(fs.readdirSync(dir)).toEqual([]);
  });
});
