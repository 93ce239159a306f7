import fs from 'node:fs';
import path from 'node:path';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** Real outputs of real versions; `UPDATE_GOLDEN=1` writes what we make of them, to be read before it is kept. */
const SAMPLES_DIR = path.resolve(import.meta.dirname, '../../test/samples');
/** Outputs that no report has room for; the list says of each why. */
const NEVER_READ = new Set(
  [
    ...fs.readFileSync(path.join(SAMPLES_DIR, 'README.md'), 'utf8').matchAll(/^- `([A-Za-z0-9_./-]+)`: /gm),
  ].map(([, name]) => name),
);

export interface ToolSample {
  name: string;
  command: string;
  outcome: ProgramOutcome;
}

/** One recorded case; the exit code 124 is that of `timeout`, the agent's own time limit. */
export function readSample(version: string, name: string): ToolSample {
  const text = fs.readFileSync(path.join(SAMPLES_DIR, version, `${name}.txt`), 'utf8');
  const [head = '', rest = ''] = text.split('--- stdout ---\n', 2);
  const separator = rest.indexOf('--- stderr ---');
  const field = (key: string): string => new RegExp(`^# ${key}: (.*)$`, 'm').exec(head)?.[1] ?? '';
  const startedAt = new Date(field('ran_at'));
  const exitCode = Number(field('exit_code'));
  return {
    name,
    command: field('command'),
    outcome: {
      exitCode: exitCode === 124 ? null : exitCode,
      signal: exitCode === 124 ? 'SIGTERM' : null,
      hasTimedOut: exitCode === 124,
      startError: null,
      stdout: rest.slice(0, separator),
      stderr: rest.slice(separator + '--- stderr ---\n'.length),
      startedAt,
      endedAt: new Date(startedAt.getTime() + Number(field('seconds')) * 1000),
    },
  };
}

/** The cases of a version that are read, and the names for which a golden lies there; the two must be the same. */
export function sampleNames(version: string): { read: string[]; golden: string[] } {
  const files = fs.readdirSync(path.join(SAMPLES_DIR, version)).toSorted();
  const named = (ending: string): string[] =>
    files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
  const isRead = (name: string): boolean => !NEVER_READ.has(name) && !NEVER_READ.has(`${version}/${name}`);
  return { read: named('.txt').filter(isRead), golden: named('.golden.json') };
}

/** What is kept of a case; with `UPDATE_GOLDEN=1`, what was collected is kept first. */
export function goldenOf(version: string, name: string, collected: unknown): unknown {
  const file = path.join(SAMPLES_DIR, version, `${name}.golden.json`);
  if (process.env['UPDATE_GOLDEN'] === '1') fs.writeFileSync(file, `${JSON.stringify(collected, null, 2)}\n`);
  return JSON.parse(fs.readFileSync(file, 'utf8')) as unknown;
}
