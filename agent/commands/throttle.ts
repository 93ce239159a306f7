import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { AgentError, exitCode } from '@/agent/agent-error';
import { pacer } from '@/agent/tools/pace';
import { usageError, type Command, type CommandContext } from './command';

const HELP = `holdfast-agent throttle KIB -- <command> [arguments]

Runs a command and hands on what it writes, at most KIB kibibytes a second; what it reads is not limited. A restore test puts it before
the command by which borg reaches another machine (BORG_RSH), since borg 1.x cannot limit what it receives.

It ends with the code of the command.
`;

const KIB = 1024;
const SIGNAL_BASE = 128;

export const throttle: Command = {
  summary: 'run a command and limit how fast its output passes',
  help: HELP,
  run: runThrottled,
};

async function runThrottled({
  args: [limit = '', separator, program, ...args],
}: CommandContext): Promise<number> {
  const kibPerSecond = Number(limit);
  if (!Number.isInteger(kibPerSecond) || kibPerSecond < 1 || separator !== '--' || program === undefined)
    throw usageError('throttle', 'throttle needs a whole number of KiB a second, -- and a command');
  const child = spawn(program, args, { stdio: ['inherit', 'pipe', 'inherit'] });
  const ended = endOf(child);
  // It is waited for below; until then nobody else would hear that the command could not be started.
  ended.catch(() => {});
  const wait = pacer(kibPerSecond * KIB);
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    if (!(await handOn(chunk))) {
      child.kill();
      break;
    }
    await pause(wait(chunk.length, performance.now()));
  }
  return ended;
}

/** False: whoever read it has gone. */
function handOn(chunk: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdout.write(chunk, (error) => resolve(!error));
  });
}

async function endOf(child: ChildProcess): Promise<number> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return code ?? SIGNAL_BASE + (signal === null ? 0 : os.constants.signals[signal]);
  } catch (error) {
    throw new AgentError(
      exitCode.failure,
      `The command could not be started: ${error instanceof Error ? error.message : String(error)}`,
      'Look at what stands after --.',
    );
  }
}
