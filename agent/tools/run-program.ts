import { spawn, type ChildProcess } from 'node:child_process';
import type { Environment } from '@/agent/places';

export interface ProgramRequest {
  program: string;
  args: readonly string[];
  env: Environment;
  /** After this many seconds the whole process group gets SIGTERM, then SIGKILL. */
  timeLimitSeconds: number;
}

export interface ProgramOutcome {
  /** null when it was ended by a signal or never started. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  hasTimedOut: boolean;
  /** `ENOENT` and the like; null when it started. */
  startError: string | null;
  startedAt: Date;
  endedAt: Date;
}

const KILL_AFTER_MILLISECONDS = 5000;
/** More is still read (a closed pipe would make restic leave a lock behind) but not kept. */
const OUTPUT_BYTES_MAX = 128 * 1024 * 1024;

const running = new Set<ChildProcess>();

/** Runs a tool to its end or its time limit, without a terminal, reading all that it writes. */
export async function runProgram(request: ProgramRequest): Promise<ProgramOutcome> {
  const startedAt = new Date();
  const child = spawn(request.program, request.args, {
    // Next's types ask for NODE_ENV in every environment.
    env: request.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  const stdout = keepOutput(child.stdout);
  const stderr = keepOutput(child.stderr);
  let hasTimedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const termTimer = setTimeout(() => {
    hasTimedOut = true;
    signalGroup(child, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MILLISECONDS);
  }, request.timeLimitSeconds * 1000);
  const ending = await waitForEnd(child);
  clearTimeout(termTimer);
  clearTimeout(killTimer);
  running.delete(child);
  return { ...ending, stdout: stdout(), stderr: stderr(), hasTimedOut, startedAt, endedAt: new Date() };
}

/** Ends every tool that is still running; for the moment when the agent itself is told to stop. */
export function stopPrograms(): void {
  for (const child of running) signalGroup(child, 'SIGTERM');
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

function waitForEnd(child: ChildProcess): Promise<Pick<ProgramOutcome, 'exitCode' | 'startError'>> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ exitCode: null, startError: error.code ?? error.message });
    });
    child.once('close', (exitCode) => resolve({ exitCode, startError: null }));
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}
