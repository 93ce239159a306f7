import { spawn, type ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import type { Environment } from '@/agent/places';
import { waitForEnd, type ProgramEnd } from '@/agent/tools/program-end';

export interface ProgramRequest {
  program: string;
  args: readonly string[];
  env: Environment;
  /** After this many seconds the whole process group gets SIGTERM, then SIGKILL. */
  timeLimitSeconds: number;
  cwd?: string;
  /** As whom it runs, where the agent may choose. */
  user?: { uid: number; gid: number };
  /** Told its number once it runs; it leads a process group of that number. */
  onStart?: (pid: number) => void;
  /** Gets what it writes to stdout instead of the outcome; for what may be longer than memory. */
  onStdout?: (chunk: Buffer) => void;
}

export interface ProgramOutcome extends ProgramEnd {
  stdout: string;
  stderr: string;
  hasTimedOut: boolean;
  startedAt: Date;
  /** Never before `startedAt`, even when the clock was set back meanwhile. */
  endedAt: Date;
}

const KILL_AFTER_MILLISECONDS = 5000;
/** More is still read (a closed pipe would make restic leave a lock behind) but not kept. */
const OUTPUT_BYTES_MAX = 128 * 1024 * 1024;

const running = new Set<ChildProcess>();
let isStopping = false;

/** Runs a tool to its end or its time limit, without a terminal, reading all that it writes. */
export async function runProgram(request: ProgramRequest): Promise<ProgramOutcome> {
  const startedAt = new Date();
  const startedAtTick = performance.now();
  const child = spawn(request.program, request.args, {
    // Next's types ask for NODE_ENV in every environment.
    env: request.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(request.cwd !== undefined && { cwd: request.cwd }),
    ...request.user,
  });
  running.add(child);
  if (child.pid !== undefined) request.onStart?.(child.pid);
  if (isStopping) signalGroup(child, 'SIGTERM');
  const stdout = request.onStdout ? passOn(child.stdout, request.onStdout) : keepOutput(child.stdout);
  const stderr = keepOutput(child.stderr);
  let hasTimedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const termTimer = setTimeout(() => {
    hasTimedOut = true;
    signalGroup(child, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MILLISECONDS);
  }, request.timeLimitSeconds * 1000);
  const end = await waitForEnd(child);
  clearTimeout(termTimer);
  clearTimeout(killTimer);
  running.delete(child);
  const endedAt = new Date(startedAt.getTime() + performance.now() - startedAtTick);
  return { ...end, stdout: stdout(), stderr: stderr(), hasTimedOut, startedAt, endedAt };
}

/** Ends every tool that is running, and those that follow; for the moment when the agent itself is told to stop. */
export function stopPrograms(): void {
  isStopping = true;
  for (const child of running) signalGroup(child, 'SIGTERM');
}

/** Ends every tool at once and without asking, for when this process ends. */
export function killPrograms(): void {
  isStopping = true;
  for (const child of running) signalGroup(child, 'SIGKILL');
}

function passOn(stream: NodeJS.ReadableStream, onChunk: (chunk: Buffer) => void): () => string {
  stream.on('data', onChunk);
  return () => '';
}

function keepOutput(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < OUTPUT_BYTES_MAX) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}
