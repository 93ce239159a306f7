import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeLargeBundle } from '@/verify/testing/large-bundle';

/**
 * How long both verifiers take for a bundle, and how much memory: `node scripts/run-typescript.mjs bench/verify.ts [EVENTS]`, preset
 * 1,000,000. The aim is a million within a minute.
 */
const events = Number(process.argv[2] ?? 1_000_000);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
try {
  const key = writeLargeBundle(folder, events);
  for (const [file, program] of [
    ['verify.mjs', process.execPath],
    ['verify.py', 'python3'],
  ] as const) {
    const beganAt = performance.now();
    const args = ['-v', program, path.resolve('verify', file), folder, '--key', key];
    const { status, stdout, stderr } = spawnSync('/usr/bin/time', args, { encoding: 'utf8' });
    const seconds = (performance.now() - beganAt) / 1000;
    const memory = /Maximum resident set size \(kbytes\): (\d+)/.exec(stderr)?.[1];
    console.log(
      `${file}: ${events} events in ${seconds.toFixed(1)} s, ${memory ? `${Math.round(Number(memory) / 1024)} MB` : 'memory not measured'}, exit ${status}: ${stdout.split('\n')[0]}`,
    );
  }
} finally {
  fs.rmSync(folder, { recursive: true });
}
