import { performance } from 'node:perf_hooks';
import type { ChildProcess } from 'node:child_process';

/** How a program ended. */
export interface ProgramEnd {
  /** null when it was ended by a signal or never started. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** `ENOENT` and the like; null when it started. */
  startError: string | null;
}

/** What it left running (a daemon, ssh's shared connection) may hold its pipes open for hours. */
const QUIET_MILLISECONDS = 500;
const LINGER_MILLISECONDS_MAX = 30_000;

/**
 * Waits until a program has ended and all that it wrote was read. Pipes that something else keeps open are let go once
 * nothing more comes out of them; one whose reader is slower than the program is waited for.
 */
export function waitForEnd(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve(notStarted(error));
    });
    child.once('exit', (exitCode, signal) => {
      const stopListening = whenQuiet(child, () => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ exitCode, signal, startError: null });
      });
      child.once('close', () => {
        stopListening();
        resolve({ exitCode, signal, startError: null });
      });
    });
  });
}

/** The end of a program that could not be started. */
export function notStarted(error: unknown): ProgramEnd {
  const { code, message } = error as NodeJS.ErrnoException;
  return { exitCode: null, signal: null, startError: code ?? message };
}

function whenQuiet(child: ChildProcess, then: () => void): () => void {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const endedAt = performance.now();
  let timer: NodeJS.Timeout;
  const look = (): void => {
    if (streams.some((stream) => stream.isPaused())) listen();
    else then();
  };
  const listen = (): void => {
    clearTimeout(timer);
    const left = endedAt + LINGER_MILLISECONDS_MAX - performance.now();
    timer = setTimeout(look, Math.max(0, Math.min(QUIET_MILLISECONDS, left)));
  };
  for (const stream of streams) stream.on('data', listen);
  listen();
  return () => {
    clearTimeout(timer);
    for (const stream of streams) stream.off('data', listen);
  };
}
