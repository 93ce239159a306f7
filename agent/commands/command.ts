import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AgentError, exitCode } from '@/agent/agent-error';
import type { Environment, Places } from '@/agent/places';

/** What a command gets; it writes results to stdout and everything else to stderr. */
export interface CommandContext {
  args: readonly string[];
  env: Environment;
  places: Places;
}

export interface Command {
  summary: string;
  help: string;
  /** @returns the exit code of the agent */
  run: (context: CommandContext) => Promise<number>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws AgentError that names the wrong argument and where help is */
export function parseCommandLine<const T extends Options>(name: string, args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(
      name,
      error instanceof Error ? (error.message.split('. To specify', 1)[0] ?? '') : 'wrong arguments',
    );
  }
}

export function usageError(name: string, message: string): AgentError {
  return new AgentError(exitCode.usage, message, `\`holdfast-agent ${name} --help\` shows how it is used.`);
}

/** A line for people, which never mixes with a command's result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A command's result. Waits until it is written, so that a pipe gets all of it before the process ends. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
