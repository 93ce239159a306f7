import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { AGENT_FILE, bundleAgent } from '../../scripts/bundle.mjs';

/** The bundled agent in a folder of its own, without anything of this project beside it. */
export interface AgentProgram {
  folder: string;
  /** Its file. */
  program: string;
  env: NodeJS.ProcessEnv;
  run: (
    args: readonly string[],
    env?: Record<string, string>,
    onStart?: (pid: number) => void,
  ) => Promise<AgentEnd>;
  /** All that the agent has written to disk, for looking for what must not be there. */
  filesText: () => string;
  remove: () => void;
}

interface AgentEnd {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export async function installAgent(): Promise<AgentProgram> {
  await bundleAgent();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-agent-'));
  const program = path.join(folder, 'holdfast-agent.mjs');
  fs.copyFileSync(AGENT_FILE, program);
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    HOLDFAST_CONFIG: path.join(folder, 'agent.jsonc'),
    HOLDFAST_STATE_DIR: path.join(folder, 'state'),
  } as unknown as NodeJS.ProcessEnv;
  return {
    folder,
    program,
    env,
    run: (args, more = {}, onStart) => runProgram(program, args, { ...env, ...more }, folder, onStart),
    filesText: () => readAll(path.join(folder, 'state')),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
  onStart?: (pid: number) => void,
): Promise<AgentEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      end.stdout += chunk.toString('utf8');
      if (onStart && child.pid !== undefined) onStart(child.pid);
    });
    child.stderr.on('data', (chunk: Buffer) => (end.stderr += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ ...end, exitCode }));
  });
}

function readAll(folder: string): string {
  if (!fs.existsSync(folder)) return '';
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name)))
    .map((bytes) => inflate(bytes))
    .join('\n');
}

function inflate(bytes: Buffer): string {
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
}
