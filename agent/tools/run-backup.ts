import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { BORG_NOTABLE } from '@/agent/collectors/borg/borg-run';
import { RESULT_LINE } from '@/agent/collectors/restic/restic-run';
import { STATISTICS_FOOT, STATISTICS_HEAD } from '@/agent/collectors/session-statistics';
import type { Environment } from '@/agent/places';
import { notStarted, waitForEnd, type ProgramEnd } from '@/agent/tools/program-end';

export interface BackupEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** What a shell would report: the exit code, 128 + signal, 127 not found, 126 not executable. */
  shellExitCode: number;
  /** Never after `endedAt`: when the clock was set back meanwhile, it is counted back from the end. */
  startedAt: Date;
  endedAt: Date;
  durationSeconds: number;
  /** The lines of stdout that tell the result. */
  stdout: string;
  /** The lines of stderr that tell errors, and its last lines, in the order they came. */
  stderr: string;
}

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];
const NOTABLE =
  /does not exist, skipping$|^unable to remove |^Remove\(|^\{"message_type":"(?:error|exit_error)"|^error: |^Fatal:|^(?:ERROR|WARNING): /;
const NOTABLE_LINES_MAX = 10_000;
const TAIL_LINES_MAX = 100;
const LINE_LENGTH_MAX = 16_384;

/** Runs a backup as if the agent were not there: its input, output and signals pass through. Never throws. */
export async function runBackup(command: readonly string[], env: Environment): Promise<BackupEnd> {
  const startedAt = new Date();
  const startedAtTick = performance.now();
  const results = collectLines(resultLines(), 0);
  const errors = collectLines((line) => NOTABLE.test(line) || BORG_NOTABLE.test(line), TAIL_LINES_MAX);
  const end = await runToEnd(command, env, results.add, errors.add);
  const durationMilliseconds = performance.now() - startedAtTick;
  const endedAt = new Date();
  return {
    exitCode: end.exitCode,
    signal: end.signal,
    shellExitCode: shellExitCode(end),
    startedAt: new Date(Math.min(startedAt.getTime(), endedAt.getTime() - durationMilliseconds)),
    endedAt,
    durationSeconds: durationMilliseconds / 1000,
    stdout: results.text(),
    stderr: end.startError === null ? errors.text() : cannotBeStarted(command, end.startError),
  };
}

type AddText = (text: string) => void;

async function runToEnd(
  command: readonly string[],
  env: Environment,
  addResult: AddText,
  addError: AddText,
): Promise<ProgramEnd> {
  let child: ChildProcessByStdio<null, Readable, Readable>;
  try {
    child = start(command, env);
  } catch (error) {
    return notStarted(error);
  }
  tee(child.stdout, process.stdout, addResult);
  tee(child.stderr, process.stderr, addError);
  const stopForwarding = forwardSignals(child);
  const end = await waitForEnd(child);
  stopForwarding();
  return end;
}

function start(
  [program = '', ...args]: readonly string[],
  { HOLDFAST_TOKEN: _token, ...env }: Environment,
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(program, args, { env: env as NodeJS.ProcessEnv, stdio: ['inherit', 'pipe', 'pipe'] });
}

function cannotBeStarted([program = '']: readonly string[], startError: string): string {
  const text = `${program}: cannot be started (${startError})`;
  process.stderr.write(`holdfast-agent: ${text}\n`);
  return text;
}

function shellExitCode({ exitCode, signal, startError }: ProgramEnd): number {
  if (startError !== null) return startError === 'EACCES' || startError === 'E2BIG' ? 126 : 127;
  if (exitCode !== null) return exitCode;
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** Shows what comes, at the speed of whoever reads it, and looks at it by line. A reader that went away stops nothing. */
function tee(from: Readable, to: NodeJS.WriteStream, addText: AddText): void {
  const decoder = new StringDecoder('utf8');
  let isOpen = true;
  // Each write that was under way fails by itself.
  to.on('error', () => {
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

/** Lines in which barman tells which backup it made, and that its log has not arrived yet; with `-f json` one line has all. */
const BARMAN_LINE =
  /^Starting backup using |classified as WAITING_FOR_WALS|^\{"_(?:INFO|ERROR|WARNING|EXCEPTION)"/;

/** restic and borgmatic tell their result in one line, borg in one JSON document over many, duplicity and rdiff-backup in a block. */
function resultLines(): (line: string) => boolean {
  let isInside = false;
  return (line) => {
    if (line === '{' || STATISTICS_HEAD.test(line)) isInside = true;
    const isKept =
      isInside || RESULT_LINE.test(line) || BARMAN_LINE.test(line) || line.startsWith('[{"archive": ');
    if (line === '}' || STATISTICS_FOOT.test(line)) isInside = false;
    return isKept;
  };
}

/** Keeps the last `tailMax` lines, and of those before them the notable ones. Each line is asked about once, in order. */
function collectLines(isNotable: (line: string) => boolean, tailMax: number) {
  const notable: string[] = [];
  const tail: { line: string; isKept: boolean }[] = [];
  let rest = '';
  const addLine = (line: string): void => {
    const isKept = isNotable(line);
    tail.push({ line: isKept ? line : line.slice(0, LINE_LENGTH_MAX), isKept });
    const left = tail.length > tailMax ? tail.shift() : undefined;
    if (left?.isKept && notable.length < NOTABLE_LINES_MAX) notable.push(left.line);
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
      return [...notable, ...tail.map(({ line }) => line)].join('\n');
    },
  };
}

/** At a terminal, Ctrl-C reaches the backup by itself; twice would make restic leave its lock behind. */
function forwardSignals(child: ChildProcessByStdio<null, Readable, Readable>): () => void {
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
