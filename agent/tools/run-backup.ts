import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { RESULT_LINE } from '@/agent/collectors/restic/restic-run';
import type { Environment } from '@/agent/places';

export interface BackupEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** What a shell would report: the exit code, 128 + signal, 127 not found, 126 not executable. */
  shellExitCode: number;
  startedAt: Date;
  endedAt: Date;
  /** The lines of stdout that tell the result. */
  stdout: string;
  /** The lines of stderr that tell errors, and its last lines. */
  stderr: string;
}

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];
const NOTABLE =
  /does not exist, skipping$|^unable to remove |^\{"message_type":"(?:error|exit_error)"|^error: |^Fatal:/;
const NOTABLE_LINES_MAX = 10_000;
const TAIL_LINES_MAX = 100;
const LINE_LENGTH_MAX = 16_384;

/** Runs a backup as if the agent were not there: its input, output and signals pass through. Never throws. */
export async function runBackup(command: readonly string[], env: Environment): Promise<BackupEnd> {
  const startedAt = new Date();
  const { HOLDFAST_TOKEN: _token, ...passed } = env;
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: passed as NodeJS.ProcessEnv,
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  const results = collectLines((line) => RESULT_LINE.test(line), 0);
  const errors = collectLines((line) => NOTABLE.test(line), TAIL_LINES_MAX);
  tee(child.stdout, process.stdout, results.add);
  tee(child.stderr, process.stderr, errors.add);
  const stopForwarding = forwardSignals(child);
  const end = await waitForEnd(child);
  stopForwarding();
  const stderr =
    end.startError === null ? errors.text() : `${program}: cannot be started (${end.startError})`;
  if (end.startError !== null) process.stderr.write(`holdfast-agent: ${stderr}\n`);
  return {
    ...end,
    shellExitCode: shellExitCode(end),
    startedAt,
    endedAt: new Date(),
    stdout: results.text(),
    stderr,
  };
}

interface Ending {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  startError: string | null;
}

function waitForEnd(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined)
        resolve({ exitCode: null, signal: null, startError: error.code ?? error.message });
    });
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, startError: null }));
  });
}

function shellExitCode({ exitCode, signal, startError }: Ending): number {
  if (startError !== null) return startError === 'EACCES' ? 126 : 127;
  if (exitCode !== null) return exitCode;
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** Shows what comes, at the speed of whoever reads it, and looks at it by line. A reader that went away stops nothing. */
function tee(from: NodeJS.ReadableStream, to: NodeJS.WriteStream, addText: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let isOpen = true;
  to.once('error', () => {
    isOpen = false;
    from.resume();
  });
  from.on('data', (chunk: Buffer) => {
    addText(decoder.write(chunk));
    if (!isOpen || to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
}

function collectLines(isNotable: (line: string) => boolean, tailMax: number) {
  const notable: string[] = [];
  const tail: string[] = [];
  let rest = '';
  const addLine = (line: string): void => {
    if (isNotable(line)) {
      if (notable.length < NOTABLE_LINES_MAX) notable.push(line);
    } else if (tailMax > 0) {
      tail.push(line.slice(0, LINE_LENGTH_MAX));
      if (tail.length > tailMax) tail.shift();
    }
  };
  return {
    add: (text: string): void => {
      const lines = (rest + text).split(/\r\n|\n|\r/);
      rest = (lines.pop() ?? '').slice(0, LINE_LENGTH_MAX * 4);
      for (const line of lines) addLine(line);
    },
    text: (): string => {
      if (rest) addLine(rest);
      rest = '';
      return [...notable, ...tail].join('\n');
    },
  };
}

/** At a terminal, Ctrl-C reaches the backup by itself; twice would make restic leave its lock behind. */
function forwardSignals(child: ChildProcess): () => void {
  const listeners = FORWARDED.map((signal) => {
    const listener = (): void => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, listener);
    return () => process.removeListener(signal, listener);
  });
  return () => {
    for (const stop of listeners) stop();
  };
}
